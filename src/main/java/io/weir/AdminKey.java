package io.weir;

import java.util.LinkedHashMap;
import java.util.Map;

/** The key of the admin API in configurations that are shown without it. */
final class AdminKey {

    private AdminKey() {}

    /** Puts a key where one was left out: who sends back what he was shown means the one there is. */
    static Object in(Object tree, String key) {
        if (!(tree instanceof Map<?, ?> whole)
                || !(whole.get("settings") instanceof Map<?, ?> settings)
                || !(settings.get("admin-api") instanceof Map<?, ?> admin)
                || admin.containsKey("api-key")
                || admin.containsKey("api-key-file")) {
            return tree;
        }
        return with(whole, "settings", with(settings, "admin-api", with(admin, "api-key", key)));
    }

    private static Map<Object, Object> with(Map<?, ?> map, String key, Object value) {
        Map<Object, Object> more = new LinkedHashMap<>(map);
        more.put(key, value);
        return more;
    }
}
