package io.weir.admin;

import io.weir.model.Desired;
import io.weir.model.Group;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import io.weir.model.SourceRoute;
import java.util.Map;

/**
 * Port: configurations as plain trees under the keys of the configuration file, by its rules. A tree has maps with string keys,
 * lists, strings, numbers, booleans and {@code Optional}s, of which an empty one is null; any other value stands for its
 * text.
 *
 * <p>Those that read throw {@link Refusal} with everything that is wrong.
 */
public interface ConfigCodec {

    /** The whole configuration, without secrets. */
    Map<String, Object> tree(Desired desired);

    Map<String, Object> tree(Proxy proxy);

    Map<String, Object> tree(SourceRoute route);

    Proxy proxy(Object tree, Settings settings);

    SourceRoute sourceRoute(Object tree, Settings settings);

    SourceRoute.Source source(String text);

    Group group(Object tree, Settings settings);
}
