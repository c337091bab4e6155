package io.weir.cluster.link;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * The nonces of the last callers, so that one who plays back what he recorded is told from one without a key. Nothing rests on
 * it: a session has a nonce of the called one in it, too.
 */
final class Nonces {

    private static final int REMEMBERED = 4096;

    private final Map<UUID, Boolean> last = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    synchronized boolean isNew(byte[] nonce) {
        ByteBuffer bytes = ByteBuffer.wrap(nonce);
        return last.put(new UUID(bytes.getLong(), bytes.getLong()), true) == null;
    }
}
