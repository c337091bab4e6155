package io.weir.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.config.ConfigText;
import io.weir.model.Desired;
import io.weir.testing.BuiltProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The built program on a host, run as an operator would: processes of its own, a file, a pin path. */
final class Weir {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Host host;
    private final Path pins;
    private final Path config;

    /** @param name tells it from others of the same lab */
    Weir(Host host, String name) {
        this.host = host;
        this.pins = host.lab().pins(name);
        this.config = host.lab().file(name + ".edn");
    }

    Path pins() {
        return pins;
    }

    /** Starts {@code weir run}, with this configuration and the pin path of this object; returns once it forwards. */
    Program run(Desired desired) {
        Program program = begin(desired);
        program.await(line -> line.contains(" ready: "));
        return program;
    }

    /** Starts {@code weir run}, which may fail. */
    Program begin(Desired desired) {
        return begin(text(desired));
    }

    /** Puts another file in the place of the one it was started with. */
    void write(String text) {
        host.lab().write(config.getFileName().toString(), text);
    }

    /** A configuration's file, with the pin path of this object. */
    String text(Desired desired) {
        return ConfigText.of(new Desired(desired.proxies(), desired.settings().withPinPath(pins)));
    }

    /** Writes the file and has the running weir read it. */
    Program.End reload(String text) {
        write(text);
        return start(List.of(), "reload", "--pin-path", pins.toString()).end();
    }

    Program begin(String text) {
        write(text);
        return start(List.of(), "run", "-c", config.toString());
    }

    /** Runs a verb on this object's pin path; what it printed. */
    List<String> ask(String verb, String... options) {
        List<String> words = new ArrayList<>(List.of(verb, "--pin-path", pins.toString()));
        words.addAll(List.of(options));
        return start(List.of(), words.toArray(String[]::new)).finish();
    }

    /** What it says of itself. */
    JsonNode status() {
        try {
            return JSON.readTree(String.join("\n", ask("status", "--json")));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** How the data path is attached to an interface: native, generic or tc. */
    String attachedAs(String device) {
        for (JsonNode at : status().path("interfaces")) {
            if (at.path("name").asText().equals(device)) {
                return at.path("mode").asText();
            }
        }
        return "";
    }

    /** Packets with such a reason since it was loaded. */
    long verdict(String reason) {
        long packets = 0;
        for (JsonNode verdict : status().path("verdicts")) {
            packets += verdict.path("reason").asText().equals(reason)
                    ? verdict.path("packets").asLong()
                    : 0;
        }
        return packets;
    }

    List<String> detach() {
        return ask("detach");
    }

    /** @param before words that run the program, as in {@code setpriv …} */
    Program start(List<String> before, String... arguments) {
        List<String> words = new ArrayList<>(before);
        words.addAll(words(arguments));
        return host.start(words.toArray(String[]::new));
    }

    /** The words of its command line. */
    List<String> words(String... arguments) {
        return BuiltProgram.words(arguments);
    }
}
