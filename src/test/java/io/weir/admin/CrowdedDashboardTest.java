package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.testing.Browser;
import io.weir.testing.BrowserTest;
import io.weir.testing.Chromedriver;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page over a thousand targets. */
@BrowserTest
class CrowdedDashboardTest {

    private static final int HASTE = 10;

    @AutoClose
    private static Browser browser;

    private final CrowdedRig crowd = new CrowdedRig();

    @BeforeAll
    static void open() {
        browser = Browser.open(Chromedriver.Place.HERE);
    }

    @AfterEach
    void stop() {
        browser.go("about:blank");
        crowd.close();
    }

    private void openPage() {
        browser.go(crowd.rig.admin.url() + "/");
        browser.await("the targets are there", "document.querySelector('#target-table tbody tr:not(.empty)')");
    }

    @Test
    void a_thousand_targets_are_searched_and_turned_by_pages_and_cost_no_more_elements_than_a_page() {
        browser.look(1440, 900, false);
        openPage();
        assertThat(browser.text("#problems")).contains("40 targets of p2: unhealthy", "connection refused");
        assertThat(browser.text("#target-table .pager")).contains("1 to 25 of 1,000");
        assertThat(browser.number("#target-table tbody tr")).isEqualTo(25);
        assertThat(browser.run("return document.querySelector('#target-table table').ariaRowCount")
                        .asInt())
                .isEqualTo(1001);
        int elements = browser.number("*");

        browser.click("#target-table .pager button:nth-of-type(2)");
        assertThat(browser.text("#target-table .pager")).contains("26 to 50 of 1,000");
        assertThat(browser.run("return document.querySelector('#target-table tbody tr').ariaRowIndex")
                        .asInt())
                .isEqualTo(27);
        assertThat(browser.number("*")).isEqualTo(elements);

        browser.type("#find", "10.1.3.7:");
        assertThat(browser.number("#target-table tbody tr")).isEqualTo(1);
        assertThat(browser.text("#target-table tbody")).contains("10.1.3.7:8080", "HTTP 503");
        browser.run("const find = document.querySelector('#find'); find.value = 'p2';"
                + " find.dispatchEvent(new Event('input'))");
        browser.click("[data-chip=bad]");
        assertThat(browser.number("#target-table tbody tr")).isEqualTo(25);
        assertThat(browser.text("#target-table .pager")).contains("1 to 25 of 40");
        browser.run("[...document.querySelectorAll('.problems button')]"
                + ".find(one => one.innerText.includes('10.1.3.7')).click()");
        assertThat(browser.number("#target-table tbody tr")).isEqualTo(1);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void how_long_a_thousand_targets_take_to_be_drawn_is_said() {
        browser.look(1440, 900, false);
        openPage();
        browser.run("""
                window.renders = [];
                window.tasks = [];
                new PerformanceObserver(list => list.getEntries().forEach(one => renders.push(one.duration)))
                  .observe({ type: 'measure' });
                new PerformanceObserver(list => list.getEntries().forEach(one => tasks.push(one.duration)))
                  .observe({ type: 'longtask' });
                """);
        browser.await("it was drawn again", "window.renders.length >= 4");
        List<Double> renders = sorted(browser.run("return window.renders"));
        JsonNode tasks = browser.run("return window.tasks");
        JsonNode searches = browser.run("""
                const find = document.querySelector('#find');
                return ['1', '10.1.2', 'refused', 'p5', 'none', ''].map(text => {
                  const start = performance.now();
                  find.value = text;
                  find.dispatchEvent(new Event('input'));
                  document.body.offsetHeight;
                  return performance.now() - start;
                });
                """);
        JsonNode kilobytes = browser.run("""
                const sizes = performance.getEntriesByType('resource').filter(one => one.name.includes('/api/'));
                return sizes.reduce((sum, one) => sum + one.transferSize, 0) / 1000 / (performance.now() / 1000);
                """);
        List<Double> typed = sorted(searches);
        System.out.printf(
                "dashboard: 1,000 targets are drawn again in %.1f ms (median of %d, longest %.1f), a search with its"
                        + " layout takes %.1f ms (longest %.1f); tasks over 50 ms: %s; %.0f kB a second over the wire%n",
                renders.get(renders.size() / 2),
                renders.size(),
                renders.getLast(),
                typed.get(typed.size() / 2),
                typed.getLast(),
                tasks,
                kilobytes.asDouble());
        assertThat(renders).isNotEmpty();
    }

    private static List<Double> sorted(JsonNode numbers) {
        return numbers.valueStream().map(JsonNode::asDouble).sorted().toList();
    }

    @Test
    void pictures_of_a_thousand_targets_after_minutes_are_kept() {
        browser.hasten(HASTE);
        browser.look(1440, 900, false);
        openPage();
        browser.await(
                "its graphs are half full", "document.querySelector('.tile .line').getAttribute('d').length > 300");
        browser.keep("thousand");
        browser.look(1440, 900, true);
        browser.keep("thousand-dark");
        browser.look(360, 780, true);
        browser.keep("thousand-phone-dark");
        browser.look(360, 780, false);
        browser.keep("thousand-phone");
        assertThat(browser.number("#target-table .spark")).isEqualTo(25);
    }
}
