package io.weir.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Signals the JVM has no public interface for. Reached by reflection: a direct use of {@code sun.misc} is a warning that
 * cannot be switched off, and warnings are errors here.
 */
final class Signals {

    private Signals() {}

    /** Calls the action on every SIGHUP, which would otherwise end the process. */
    static void onHangup(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler calls = (proxy, method, arguments) -> answer(proxy, method, arguments, action);
            Object listener = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, calls);
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), listener);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java cannot handle SIGHUP", e);
        }
    }

    private static Object answer(Object proxy, Method method, Object[] arguments, Runnable action) {
        return switch (method.getName()) {
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            case "toString" -> "SIGHUP";
            default -> {
                action.run();
                yield 0; // nobody looks: handle returns nothing
            }
        };
    }
}
