package io.weir;

import io.weir.config.Changes;
import io.weir.config.ConfigFile;
import io.weir.config.ConfigParts;
import io.weir.model.Change;
import io.weir.model.Desired;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a node runs with, as somebody outside of it learns it.
 *
 * @param showsKeys whether its keys are in it
 */
record RunningConfig(Desired desired, boolean showsKeys) {

    private static final String KEY = "settings.admin-api.api-key";

    /** As the admin API prints it. */
    static RunningConfig shown(Map<?, ?> tree) {
        return new RunningConfig(
                ConfigParts.file(AdminKey.in(tree, "not-shown")).desired(), false);
    }

    /** As the node on a pin path has recorded it. */
    static RunningConfig recorded(Path pinPath) {
        return new RunningConfig(ConfigFile.load(ReloadRecord.configuration(ReloadRecord.of(pinPath))), true);
    }

    List<Change> changesTo(Desired wanted) {
        return Changes.between(desired, wanted).stream()
                .filter(change -> showsKeys || !change.path().equals(KEY))
                .toList();
    }
}
