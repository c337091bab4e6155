package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.api.ClusterNode;
import io.weir.engine.Event.CircuitAction;
import io.weir.engine.Event.ForceCircuit;
import io.weir.engine.Event.HealthChanged;
import io.weir.engine.Event.HealthChanged.Checked;
import io.weir.engine.Event.StartDrain;
import io.weir.model.AdminApi;
import io.weir.model.Endpoint;
import io.weir.model.ProxyTarget;
import io.weir.policy.HealthTrack.Status;
import io.weir.testing.Browser;
import io.weir.testing.BrowserTest;
import io.weir.testing.CannedCluster;
import io.weir.testing.Chromedriver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page as a reader has it, over a node of fakes. */
@BrowserTest
class DashboardTest {

    private static final String KEY = "the-operators-key";
    private static final String READ_ONLY = "only-for-reading";
    private static final String ENTER = "\uE007";
    private static final String TAB = "\uE004";

    @AutoClose
    private static Browser browser;

    @TempDir
    private Path directory;

    private Rig rig = new Rig();

    @BeforeAll
    static void open() {
        browser = Browser.open(Chromedriver.Place.HERE);
    }

    @BeforeEach
    void begin() {
        browser.look(1280, 900, false);
    }

    @AfterEach
    void stop() {
        browser.go("about:blank");
        rig.close();
    }

    private void openPage() {
        browser.go(rig.admin.url() + "/");
        browser.await("the targets are there", "document.querySelector('#target-table tbody tr:not(.empty)')");
    }

    private AdminApi withKeys() throws Exception {
        Path readOnly = directory.resolve("read-only");
        Files.writeString(readOnly, READ_ONLY + "\n");
        Files.setPosixFilePermissions(readOnly, PosixFilePermissions.fromString("rw-------"));
        return new AdminApi(
                true,
                Rig.OPEN.bind(),
                0,
                Optional.of(KEY),
                Optional.empty(),
                Optional.of(readOnly),
                Optional.empty(),
                Optional.empty());
    }

    private void restart(Rig other) {
        rig.close();
        rig = other;
    }

    private void fails(String target, String error) {
        rig.engine.tell(new HealthChanged(Map.of(
                new ProxyTarget("web", Endpoint.parse(target)), Optional.of(new Checked(Status.UNHEALTHY, error)))));
    }

    private static String row(String target) {
        return "[...document.querySelectorAll('#target-table tbody tr')].find(row => row.innerText.includes('" + target
                + "'))";
    }

    @Test
    void what_is_wrong_stands_first_with_its_reason_and_the_weights_with_theirs() {
        openPage();
        assertThat(browser.text("#problems"))
                .contains("1 thing to watch, nothing is down", "app.example does not resolve", "timeout");

        fails("10.0.0.1:8080", "connection refused");

        browser.await("the failure is told", "document.querySelector('#problems').innerText.includes('refused')");
        assertThat(browser.text("#problems"))
                .contains("1 thing wrong, 1 to watch", "10.0.0.1:8080 in web: unhealthy", "connection refused");
        assertThat(browser.run("return " + row("10.0.0.1") + ".innerText").asText())
                .contains("Unhealthy", "configured 70", "unhealthy: connection refused");
        assertThat(browser.run("return " + row("10.0.0.2") + ".innerText").asText())
                .contains("Serving", "100", "configured 30", "took over from unhealthy targets");
        assertThat(browser.text("#event-list")).contains("health unhealthy", "10.0.0.1:8080 in web");
        assertThat(browser.text("#verdict-table")).contains("no_target", "dropped");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void a_cluster_is_there_when_the_node_has_one_with_each_node_and_what_is_held_for_it() {
        rig.cluster.become(CannedCluster.of(ClusterNode.State.DEAD));
        openPage();
        browser.await("the cluster is there", "document.querySelectorAll('#node-list li').length === 3");
        assertThat(browser.text("#cluster"))
                .contains(
                        "this node",
                        "40 connections of it held ready here",
                        "dead",
                        "60 connections told, 3 connections not held by a peer yet");
        assertThat(browser.text("#problems")).contains("lb-3 is dead", "was at 10.0.0.3:7946");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void a_drain_is_done_and_undone_by_keyboard_after_a_question_that_says_what_comes_of_it() {
        openPage();
        browser.run(row("10.0.0.3") + ".querySelector('button').focus()");
        browser.press(ENTER);
        browser.await("it asks", "document.querySelector('#confirm').open");
        assertThat(browser.text("#confirm"))
                .contains("Drain 10.0.0.3:8080 in web?", "Nobody else of web for clients of 192.168.0.0/16");
        assertThat(browser.run("return document.activeElement.id").asText()).isEqualTo("confirm-no");
        assertThat(rig.operations.status().conditions().drains()).isEmpty();

        browser.press(TAB + ENTER);
        browser.await("it is drained", row("10.0.0.3") + ".innerText.includes('Drained')");
        assertThat(rig.operations.status().conditions().drains()).hasSize(1);
        assertThat(browser.text("#drains")).contains("10.0.0.3:8080 in web", "0 connections left");

        browser.run(row("10.0.0.3") + ".querySelector('button').focus()");
        browser.press(ENTER + TAB + ENTER);
        browser.await("it serves again", row("10.0.0.3") + ".innerText.includes('Serving')");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void a_target_of_two_proxies_is_drained_in_one_or_in_both_and_the_focus_is_never_lost() {
        restart(new Rig(Rig.OPEN, """
                {:proxies [{:name "web" :listen {:interfaces ["eth0"] :address "192.0.2.80" :port 80}
                            :default-target {:ip "10.0.0.1" :port 8080}}
                           {:name "api" :listen {:interfaces ["eth0"] :address "192.0.2.80" :port 81}
                            :default-target {:ip "10.0.0.1" :port 8080}}]}
                """));
        openPage();
        browser.click("#target-table tbody button");
        assertThat(browser.text("#confirm")).contains("Drain 10.0.0.1:8080 in web?", "also in api");
        browser.click("#confirm-everywhere");
        browser.click("#confirm-yes");
        browser.await("both are drained", "document.querySelectorAll('#drain-list li').length === 2");
        assertThat(rig.operations.status().conditions().drains()).hasSize(2);
        assertThat(browser.text("#problems")).contains("web: nobody takes new connections");

        browser.run("document.querySelector('#drain-list button').focus()");
        browser.press(ENTER + TAB + ENTER);
        browser.await("one serves again", "document.querySelectorAll('#drain-list li').length === 1");
        assertThat(browser.run("return document.activeElement.tagName").asText())
                .isNotEqualTo("BODY");
        assertThat(List.of("web", "api"))
                .filteredOn(proxy -> rig.operations
                        .status()
                        .conditions()
                        .isDrained(new ProxyTarget(proxy, Endpoint.parse("10.0.0.1:8080"))))
                .hasSize(1);
    }

    @Test
    void a_key_is_asked_for_and_kept_in_the_tab_alone_and_one_that_only_reads_has_no_buttons() throws Exception {
        restart(new Rig(withKeys()));
        browser.go(rig.admin.url() + "/");
        browser.await("it asks for a key", "document.querySelector('#sign-in').checkVisibility()");
        assertThat(browser.text("#board")).isEmpty();
        browser.type("#key", "not-the-key" + ENTER);
        browser.await("it is refused", "document.querySelector('#key-error').innerText.includes('not valid')");

        browser.type("#key", READ_ONLY + ENTER);
        browser.await("the targets are there", "document.querySelector('#target-table tbody tr:not(.empty)')");
        assertThat(browser.text("#rights")).isEqualTo("may only read");
        assertThat(browser.number("#target-table tbody button")).isZero();
        assertThat(browser.run(
                                "return [sessionStorage['weir-key'], localStorage.length, document.cookie, location.href]")
                        .toString())
                .isEqualTo("[\"" + READ_ONLY + "\",0,\"\",\"" + rig.admin.url() + "/\"]");

        browser.click("#forget");
        browser.await("it asks for a key", "document.querySelector('#sign-in').checkVisibility()");
        assertThat(browser.run("return sessionStorage.getItem('weir-key')").isNull())
                .isTrue();
        browser.type("#key", KEY + ENTER);
        browser.await("the targets are there", "document.querySelector('#target-table tbody tr:not(.empty)')");
        assertThat(browser.number("#target-table tbody button")).isEqualTo(3);
    }

    @Test
    void a_node_that_does_not_answer_is_lost_and_its_numbers_are_not_shown_as_live() {
        openPage();
        browser.await("it is live", "document.querySelector('#pulse').innerText.includes('Live')");
        rig.admin.close();
        browser.await("it is lost", "document.querySelector('#pulse').innerText.includes('last seen')");
        assertThat(browser.text("#lost")).contains("does not answer");
        assertThat(browser.text("#problems-title")).startsWith("It said last: ");
        assertThat(browser.run(
                                "return [...document.querySelectorAll('.tile .value')].map(one => one.innerText).join('')")
                        .asText())
                .isEqualTo("––––");
        assertThat(browser.number("#target-table tbody button:not(:disabled)")).isZero();
        browser.keep("lost");
        browser.complaints(); // of requests that nobody answered
    }

    @Test
    void what_the_node_says_is_never_read_as_html() {
        String hostile = "<img src=x onerror=\"document.title='taken'\"><b>bold</b>";
        openPage();
        fails("10.0.0.1:8080", hostile);
        browser.await("the failure is told", "document.querySelector('#problems').innerText.includes('onerror')");
        assertThat(browser.text("#target-table")).contains(hostile);
        assertThat(browser.number("main img, main b")).isZero();
        assertThat(browser.run("return document.title").asText()).doesNotContain("taken");
        assertThat(browser.run(
                                "try { document.body.innerHTML = '<i>'; return 'set' } catch (refused) { return refused.name }")
                        .asText())
                .isEqualTo("TypeError");
        browser.complaints(); // of what was tried last
    }

    @Test
    void every_stop_of_the_keyboard_can_be_seen() {
        openPage();
        List<String> stops = new ArrayList<>();
        for (int i = 0; i < 18; i++) {
            browser.press(TAB);
            JsonNode stop = browser.run("""
                    const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
                    return [at.id || at.innerText, parseFloat(style.outlineWidth), box.width > 0 && box.left >= 0];
                    """);
            stops.add(stop.get(0).asText());
            assertThat(stop.get(1).asDouble()).as(stop.toString()).isGreaterThanOrEqualTo(2);
            assertThat(stop.get(2).asBoolean()).as(stop.toString()).isTrue();
        }
        assertThat(stops).startsWith("Skip to the targets").contains("web", "find", "order", "Drain");
    }

    @Test
    void texts_have_the_contrast_that_wcag_asks_for_in_light_and_dark() throws IOException {
        String contrast = new String(
                DashboardTest.class.getResourceAsStream("contrast.js").readAllBytes(), StandardCharsets.UTF_8);
        fails("10.0.0.1:8080", "connection refused");
        rig.engine
                .submit(new StartDrain(Optional.empty(), Endpoint.parse("10.0.0.2:8080"), Optional.empty()))
                .join();
        rig.engine
                .submit(new ForceCircuit(Optional.empty(), Endpoint.parse("10.0.0.3:8080"), CircuitAction.OPEN))
                .join();
        for (boolean dark : List.of(false, true)) {
            browser.look(1280, 900, dark);
            openPage();
            browser.await("events are there", "document.querySelector('#event-list li')");
            assertThat(browser.run(contrast)).as("dark: " + dark).isEmpty();
            browser.run(row("10.0.0.1") + ".querySelector('button').click()");
            browser.await("it asks", "document.querySelector('#confirm').open");
            assertThat(browser.run(contrast)).as("dark: " + dark).isEmpty();
            browser.keep(dark ? "question-dark" : "question");
        }
        assertThat(browser.run("document.querySelector('#confirm-text').style.color = '#555'; " + contrast))
                .as("what is too faint is found")
                .isNotEmpty();
    }

    @Test
    void it_is_read_by_its_landmarks_and_headings_and_on_any_width_without_scrolling_sideways() {
        fails("10.0.0.1:8080", "connection refused");
        openPage();
        browser.await("the failure is told", "document.querySelector('#problems').innerText.includes('refused')");
        JsonNode parts =
                browser.run("return [...document.querySelectorAll('header, main:not([hidden]), h1, [role=table]')]"
                        + ".filter(one => one.checkVisibility()).map(one => one.tagName)");
        assertThat(parts.valueStream().map(JsonNode::asText))
                .containsExactly("HEADER", "H1", "MAIN", "TABLE", "TABLE", "TABLE");
        assertThat(browser.run("return [...document.querySelectorAll('input, select, button')]"
                                + ".filter(one => one.checkVisibility())"
                                + ".filter(one => !(one.labels?.length || one.innerText || one.ariaLabel)).length")
                        .asInt())
                .isZero();
        for (int width : new int[] {360, 600, 800, 1024, 1280, 1440}) {
            browser.look(width, 780, false);
            browser.keep("width-" + width);
            assertThat(browser.run("""
                            return [...document.querySelectorAll('.panel')]
                              .filter(one => one.checkVisibility())
                              .filter(one => one.scrollWidth > one.clientWidth || one.getBoundingClientRect().right > innerWidth)
                              .map(one => one.id)
                            """)).as(width + " pixels").isEmpty();
            assertThat(browser.run("return document.documentElement.scrollWidth")
                            .asInt())
                    .isLessThanOrEqualTo(width);
        }
    }
}
