package io.weir.vip;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Cuts bytes into lines. What has no end within a line's longest length is handed on in pieces, so that nothing grows. */
final class Lines {

    private static final int LONGEST = 512;

    private final Consumer<String> lines;
    private final byte[] line = new byte[LONGEST];
    private int length;

    Lines(Consumer<String> lines) {
        this.lines = lines;
    }

    void take(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            byte next = bytes.get();
            if (next == '\n') {
                end();
            } else {
                line[length++] = next;
                if (length == LONGEST) {
                    end();
                }
            }
        }
    }

    private void end() {
        if (length > 0) {
            lines.accept(new String(line, 0, length, StandardCharsets.UTF_8));
        }
        length = 0;
    }
}
