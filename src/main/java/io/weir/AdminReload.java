package io.weir;

import io.weir.ConfigSource.Wanted;
import io.weir.admin.Node;
import io.weir.admin.Refusal;
import io.weir.config.ConfigException;
import io.weir.config.ConfigParts;
import io.weir.engine.DataplaneException;
import io.weir.model.AdminApi;
import io.weir.model.Change;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Reloads that callers of the admin API ask for and wait for.
 *
 * @param running the settings of the admin API that are in force
 */
record AdminReload(Reload reload, ConfigSource source, Supplier<AdminApi> running) implements Node.Reload {

    @Override
    public Node.Outcome file(boolean dry) {
        return told("admin API", source::read, dry);
    }

    @Override
    public Node.Outcome sent(Object tree, boolean dry) {
        Object whole = running.get().apiKey().map(key -> AdminKey.in(tree, key)).orElse(tree);
        return told("sent to the admin API", () -> Wanted.of(ConfigParts.file(whole)), dry);
    }

    private Node.Outcome told(String why, Supplier<Wanted> reading, boolean dry) {
        try {
            List<Change> changes = dry ? reload.preview(reading.get()) : reload.run(why, reading);
            return new Node.Outcome(Reload.summary(changes), changes);
        } catch (ConfigException refused) {
            throw FileCodec.refusal(refused);
        } catch (DataplaneException refused) {
            throw new Refusal(
                    503,
                    "dataplane",
                    "the kernel refused, what ran before goes on: " + refused.getMessage(),
                    List.of(),
                    Map.of("Retry-After", "1"));
        } catch (IllegalStateException refused) {
            throw new Refusal(409, "not-possible", String.valueOf(refused.getMessage()), List.of(), Map.of());
        }
    }
}
