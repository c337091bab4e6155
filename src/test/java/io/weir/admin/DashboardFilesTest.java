package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.dataplane.Reason;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page's files over HTTP. */
class DashboardFilesTest {

    private static final Path SOURCES = Path.of("src/main/resources/io/weir/admin/dashboard");

    @Test
    void every_file_is_served_without_a_key_and_kept_by_its_tag() throws IOException {
        try (Rig rig = new Rig(Rig.settings(Optional.of("the-operators-key")));
                Stream<Path> sources = Files.list(SOURCES)) {
            assertThat(sources.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Dashboard.FILES);
            for (String file : Dashboard.FILES) {
                String path = file.equals("index.html") ? "/" : "/dashboard/" + file;
                HttpResponse<String> got = rig.get(path);
                assertThat(got.statusCode()).as(path).isEqualTo(200);
                assertThat(got.body()).as(path).isEqualTo(Files.readString(SOURCES.resolve(file)));
                assertThat(got.headers().firstValue("Cache-Control")).hasValue("no-cache");
                String tag = got.headers().firstValue("ETag").orElseThrow();
                HttpResponse<String> again = rig.get(path, "If-None-Match", "\"other\", W/" + tag);
                assertThat(again.statusCode()).as(path).isEqualTo(304);
                assertThat(again.body()).isEmpty();
                assertThat(rig.get(path, "If-None-Match", "\"other\"").statusCode())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void the_page_may_run_its_own_files_alone() {
        try (Rig rig = new Rig()) {
            HttpResponse<String> page = rig.get("/");
            assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .contains(
                            "default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "trusted-types 'none'")
                    .doesNotContain("unsafe");
            assertThat(page.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(page.body()).doesNotContain("<script>", "style=", "onclick", "http://", "https://");
        }
    }

    @Test
    void only_reading_is_for_a_file_and_what_is_none_is_not_found() {
        try (Rig rig = new Rig()) {
            HttpResponse<String> refused = rig.post("/", "{}");
            assertThat(refused.statusCode()).isEqualTo(405);
            assertThat(refused.headers().firstValue("Allow")).hasValue("GET, HEAD, OPTIONS");
            HttpResponse<String> head = rig.send("HEAD", "/", Optional.empty());
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            assertThat(rig.get("/dashboard/none.js").statusCode()).isEqualTo(404);
            assertThat(rig.get("/dashboard/..%2fconfig-schemas.json").statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void each_reason_of_the_data_path_has_words() throws IOException {
        String words = Files.readString(SOURCES.resolve("reasons.js"));
        assertThat(Arrays.stream(Reason.values())
                        .filter(reason -> reason != Reason.NONE)
                        .map(Reason::text))
                .allSatisfy(reason -> assertThat(words).contains("\n  " + reason + ": ["));
    }
}
