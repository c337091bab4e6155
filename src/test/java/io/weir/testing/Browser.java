package io.weir.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A headless Chromium with one window, driven as a reader would: by clicks and keys (W3C WebDriver). */
public final class Browser implements AutoCloseable {

    private static final String FILES = "weir-browser";
    private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Chromedriver driver;
    private final String session;
    private int width;

    private Browser(Chromedriver driver, String session) {
        this.driver = driver;
        this.session = "/session/" + session;
    }

    public static Browser open(Chromedriver.Place place) {
        Leftovers.ofTheDead(FILES);
        Path profile = Path.of(System.getProperty("java.io.tmpdir"), Leftovers.ownName(FILES));
        Chromedriver driver = Chromedriver.start(place);
        try {
            List<String> arguments = List.of(
                    "--headless=new",
                    "--no-sandbox", // it refuses to have one as root; it opens our own pages alone
                    "--disable-gpu",
                    "--disable-dev-shm-usage",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--no-first-run",
                    "--force-device-scale-factor=1",
                    "--lang=en",
                    "--user-data-dir=" + profile);
            Map<String, Object> capabilities = Map.of(
                    "browserName", "chrome",
                    "goog:chromeOptions", Map.of("args", arguments),
                    "goog:loggingPrefs", Map.of("browser", "ALL"));
            JsonNode made = driver.call(
                    "POST", "/session", Optional.of(Map.of("capabilities", Map.of("alwaysMatch", capabilities))));
            return new Browser(driver, made.path("sessionId").asText());
        } catch (RuntimeException failed) {
            driver.close();
            throw failed;
        }
    }

    private JsonNode post(String path, Object body) {
        return driver.call("POST", session + path, Optional.of(body));
    }

    /** A command of the DevTools protocol. */
    private JsonNode devTools(String command, Map<String, Object> parameters) {
        return post("/goog/cdp/execute", Map.of("cmd", command, "params", parameters));
    }

    /** How the next pages look. */
    public void look(int width, int height, boolean dark) {
        this.width = width;
        devTools(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
        devTools(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    /** Lets the time of the pages from now on run faster, for what they would show after minutes. */
    public void hasten(int times) {
        devTools("Page.addScriptToEvaluateOnNewDocument", Map.of("source", """
                        const now = performance.now.bind(performance);
                        performance.now = () => %1$d * now();
                        for (const name of ['setTimeout', 'setInterval']) {
                          const wait = window[name];
                          window[name] = (work, time, ...rest) => wait(work, time / %1$d, ...rest);
                        }
                        """.formatted(times)));
    }

    public void go(String url) {
        post("/url", Map.of("url", url));
    }

    /** Runs the body of a function in the page; what it returns. */
    public JsonNode run(String script, Object... arguments) {
        return post("/execute/sync", Map.of("script", script, "args", List.of(arguments)));
    }

    /** Waits until an expression is true. */
    public void await(String what, String expression, Object... arguments) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!run("return Boolean(" + expression + ")", arguments).asBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain, " + PATIENCE.toSeconds() + " s, until " + what
                        + "; the page says: " + text("body") + " " + complaints());
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }

    /** What a reader sees of the first element that a selector finds; empty: there is none. */
    public String text(String selector) {
        return run(
                        "const found = document.querySelector(arguments[0]); return found?.checkVisibility() ? found.innerText : ''",
                        selector)
                .asText();
    }

    public int number(String selector) {
        return run("return document.querySelectorAll(arguments[0]).length", selector)
                .asInt();
    }

    private String find(String selector) {
        return post("/element", Map.of("using", "css selector", "value", selector))
                .path(ELEMENT)
                .asText();
    }

    public void click(String selector) {
        post("/element/" + find(selector) + "/click", Map.of());
    }

    public void type(String selector, String text) {
        post("/element/" + find(selector) + "/value", Map.of("text", text));
    }

    /** Presses keys, one after the other, wherever the focus is; a key may be one of WebDriver's code points. */
    public void press(String keys) {
        List<Map<String, Object>> actions = keys.codePoints()
                .mapToObj(Character::toString)
                .flatMap(key -> Stream.of(
                        Map.<String, Object>of("type", "keyDown", "value", key),
                        Map.<String, Object>of("type", "keyUp", "value", key)))
                .toList();
        post("/actions", Map.of("actions", List.of(Map.of("type", "key", "id", "keys", "actions", actions))));
    }

    /** What the browser found fault with since it was last asked: errors, warnings, breaches of the page's policy. */
    public List<String> complaints() {
        return post("/se/log", Map.of("type", "browser"))
                .valueStream()
                .filter(entry -> List.of("SEVERE", "WARNING")
                        .contains(entry.path("level").asText()))
                .map(entry -> entry.path("message").asText())
                .toList();
    }

    /** Keeps a picture of the whole page under target/. */
    public Path keep(String name) {
        JsonNode height = run("return document.documentElement.scrollHeight");
        Map<String, Object> whole = Map.of("x", 0, "y", 0, "width", width, "height", height.asInt(), "scale", 1);
        JsonNode picture = devTools("Page.captureScreenshot", Map.of("captureBeyondViewport", true, "clip", whole));
        Path file = Path.of("target", "dashboard", name + ".png");
        try {
            Files.createDirectories(file.getParent());
            return Files.write(
                    file, Base64.getDecoder().decode(picture.path("data").asText()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        driver.close();
        Leftovers.remove(Leftovers.ownName(FILES));
    }
}
