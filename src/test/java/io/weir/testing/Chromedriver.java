package io.weir.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A chromedriver process, spoken to by HTTP. It and the browsers it starts have a PID namespace of their own, whose first process
 * reads from this one: when this one ends, however that happens, they all do.
 */
public final class Chromedriver implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern STARTED = Pattern.compile("started successfully on port (\\d+)");
    private static final int PATIENCE_MS = 30_000;

    private final Place place;
    private final Process process;
    private final String url;

    private Chromedriver(Place place, Process process, String url) {
        this.place = place;
        this.process = process;
        this.url = url;
    }

    /** Where programs run and sockets are opened. */
    public interface Place {

        /** Of this process. */
        Place HERE = new Place() {
            @Override
            public List<String> words(List<String> program) {
                return program;
            }

            @Override
            public <T> T in(Callable<T> work) {
                try {
                    return work.call();
                } catch (Exception failed) {
                    throw new IllegalStateException(failed);
                }
            }
        };

        /** The words that run a program there. */
        List<String> words(List<String> program);

        /** Does something on a thread there. */
        <T> T in(Callable<T> work);
    }

    static Chromedriver start(Place place) {
        List<String> words = place.words(List.of(
                "unshare",
                "--pid",
                "--mount-proc",
                "--fork",
                "--kill-child",
                "sh",
                "-c",
                "chromedriver --port=0 </dev/null & read -r _"));
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            try {
                return new Chromedriver(place, process, "http://127.0.0.1:" + port(process));
            } catch (IOException | RuntimeException failed) {
                process.destroyForcibly();
                throw failed;
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static int port(Process process) throws IOException {
        BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder all = new StringBuilder();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            all.append(line).append('\n');
            Matcher started = STARTED.matcher(line);
            if (started.find()) {
                return Integer.parseInt(started.group(1));
            }
        }
        throw new IOException("chromedriver does not start: " + all);
    }

    /**
     * One command of the WebDriver protocol.
     *
     * @return its value
     */
    JsonNode call(String method, String path, Optional<Object> body) {
        return place.in(() -> {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url + path).toURL().openConnection();
            connection.setRequestMethod(method);
            connection.setConnectTimeout(PATIENCE_MS);
            connection.setReadTimeout(PATIENCE_MS);
            if (body.isPresent()) {
                connection.setDoOutput(true);
                connection.setRequestProperty("Content-Type", "application/json; charset=utf-8");
                try (OutputStream out = connection.getOutputStream()) {
                    out.write(JSON.writeValueAsBytes(body.get()));
                }
            }
            boolean isGood = connection.getResponseCode() < 400;
            try (InputStream in = isGood ? connection.getInputStream() : connection.getErrorStream()) {
                JsonNode value = JSON.readTree(in).path("value");
                if (!isGood) {
                    throw new IllegalStateException(
                            method + " " + path + ": " + value.path("message").asText());
                }
                return value;
            }
        });
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close(); // what its first process waits for
        } catch (IOException gone) {
            // it has ended already
        }
        process.onExit().join();
    }
}
