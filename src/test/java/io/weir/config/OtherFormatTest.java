package io.weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody reads who has written the configuration in what other programs take. */
class OtherFormatTest {

    private static final String JSON = "this looks like JSON; the configuration is EDN: write {:name \"web\" :port 80}"
            + " where JSON has {\"name\": \"web\", \"port\": 80}";
    private static final String YAML = "this looks like YAML; the configuration is EDN: write {:name \"web\" :port 80}"
            + " where YAML has name: web";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"proxies\": [{\"name\": \"web\"}]}",
                "{\"proxies\":[{\"name\":\"web\"}]}",
                "{ \"proxies\" :null}",
                "{\"proxies\":true}",
                "[{\"name\": \"web\"}]",
                "{\"proxies\": [{\"name\": \"web\","
            })
    void json_is_named_with_what_to_write_instead(String text) {
        assertThat(refused(text).lines()).containsExactly("lb.json:1: " + JSON);
    }

    @Test
    void the_line_is_that_of_the_first_key() {
        assertThat(refused("\n{\n\n  \"proxies\": []}\n").lines()).containsExactly("lb.json:4: " + JSON);
        assertThat(refused("\n# balancer\nproxies:\n").lines()).containsExactly("lb.json:3: " + YAML);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "proxies:\n  - name: web\n    listen: {port: 80}\n",
                "---\nproxies: []\n",
                "- name: web\n  port: 80\n",
                "settings: {max-connections: 5}",
                "\"proxies\":\n- name: web\n"
            })
    void yaml_is_named_with_what_to_write_instead(String text) {
        assertThat(refused(text).lines()).containsExactly("lb.json:1: " + YAML);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{:proxies [}",
                "{:proxies [] :settings {:a: 1}}",
                "; proxies: none\n{:proxies []",
                "{\"proxies\" []}",
                "",
                "proxies",
                "# proxies: none\n"
            })
    void what_is_meant_as_edn_keeps_its_own_errors(String text) {
        assertThat(refused(text).getMessage()).doesNotContain("looks like");
    }

    @Test
    void a_long_text_of_brackets_or_comments_is_told_at_once() {
        assertThat(refused("[".repeat(100_000)).getMessage()).contains("nested deeper");
        assertThat(refused("#\n".repeat(100_000)).errors()).hasSize(1);
    }

    private static ConfigException refused(String text) {
        ConfigException refused = catchThrowableOfType(ConfigException.class, () -> ConfigFile.parse(text, "lb.json"));
        assertThat(refused).as("refused").isNotNull();
        return refused;
    }
}
