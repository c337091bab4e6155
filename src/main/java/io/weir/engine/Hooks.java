package io.weir.engine;

import io.weir.engine.Image.Hook;
import io.weir.engine.Snapshot.Purpose;
import io.weir.model.BoundTargets;
import io.weir.model.Desired;
import io.weir.model.Settings;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Where the data path is to be attached, and for what. */
final class Hooks {

    private Hooks() {}

    static Map<String, Hook> wanted(State state, ReplyPaths replies, Image installed) {
        Desired desired = state.desired().orElseThrow();
        Settings.XdpMode mode = desired.settings().xdpMode();
        Set<String> tc = mode == Settings.XdpMode.AUTO ? BoundTargets.needTc(desired.proxies()) : Set.of();
        Map<String, Hook> hooks = new HashMap<>();
        for (String name : purposes(state, replies).keySet()) {
            link(state, name)
                    .ifPresent(link ->
                            hooks.put(name, new Hook(link.index(), tc.contains(name) ? Settings.XdpMode.TC : mode)));
        }
        if (!arePathsKnown(state)) {
            keepInstalled(state, installed, hooks);
        }
        state.overrides().forEach((name, attached) -> {
            if (!attached) {
                hooks.remove(name);
            }
        });
        return hooks;
    }

    /** All interfaces that are wanted, also those that do not exist. */
    static Map<String, Set<Purpose>> purposes(State state, ReplyPaths replies) {
        Map<String, Set<Purpose>> purposes = new TreeMap<>();
        Desired desired = state.desired().orElseThrow();
        Set<String> listening = new HashSet<>();
        desired.proxies().forEach(proxy -> listening.addAll(proxy.listen().interfaces()));
        listening.forEach(name -> add(purposes, name, Purpose.LISTEN));
        desired.settings()
                .replyInterfaces()
                .<Collection<String>>map(names -> names)
                .orElse(replies.targets().keySet())
                .forEach(name -> add(purposes, name, Purpose.REPLY));
        state.overrides().forEach((name, attached) -> {
            if (attached) {
                add(purposes, name, Purpose.OPERATOR);
            }
        });
        return purposes;
    }

    /** Whether an interface is wanted for replies alone, because the routing table leads there. */
    static boolean isOnlyFound(State state, ReplyPaths replies, String name) {
        return state.desired().orElseThrow().settings().replyInterfaces().isEmpty()
                && Set.of(Purpose.REPLY).equals(purposes(state, replies).get(name));
    }

    private static void add(Map<String, Set<Purpose>> purposes, String name, Purpose purpose) {
        purposes.computeIfAbsent(name, key -> EnumSet.noneOf(Purpose.class)).add(purpose);
    }

    private static boolean arePathsKnown(State state) {
        return state.paths().isPresent()
                || state.desired().orElseThrow().settings().replyInterfaces().isPresent();
    }

    /** Before the routing table was asked, what an earlier process attached for replies stays. */
    private static void keepInstalled(State state, Image installed, Map<String, Hook> hooks) {
        installed.hooks().forEach((name, hook) -> {
            if (link(state, name)
                    .filter(link -> link.index() == hook.interfaceIndex())
                    .isPresent()) {
                hooks.putIfAbsent(name, hook);
            }
        });
    }

    private static Optional<Event.Link> link(State state, String name) {
        return state.links().map(links -> links.get(name));
    }
}
