package io.weir.admin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** Large answers, smaller: a page that asks every two seconds about a thousand targets may be read on a phone. */
final class Gzip {

    /** Below this it costs more than it saves. */
    private static final int WORTH = 8 << 10;

    private static final int BUFFER = 8 << 10;

    private Gzip() {}

    /** @param accepted an Accept-Encoding, by RFC 9110, if the caller sent one */
    static boolean suits(byte[] body, Optional<String> accepted) {
        return body.length >= WORTH
                && accepted.stream()
                        .flatMap(header ->
                                Arrays.stream(header.toLowerCase(Locale.ROOT).split(",")))
                        .map(String::strip)
                        .anyMatch(coding -> coding.equals("gzip")
                                || coding.startsWith("gzip;") && !coding.matches(".*;\\s*q=0(\\.0*)?"));
    }

    static byte[] of(byte[] body) {
        ByteArrayOutputStream small = new ByteArrayOutputStream(body.length / 8);
        try (GZIPOutputStream out = new GZIPOutputStream(small, BUFFER)) {
            out.write(body);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return small.toByteArray();
    }
}
