package io.weir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.model.Spelling;
import java.util.List;

/** What was probably meant by a name that the node does not know. */
final class NearNames {

    private NearNames() {}

    /**
     * @param refusal which quotes the name, or ends with it
     * @return to be put behind it; may be empty
     */
    static String to(JsonNode refusal, NodeClient node) {
        String said = refusal.path("error").asText();
        return switch (refusal.path("code").asText()) {
            case "unknown-proxy" -> among(said.replaceFirst("^[^']*'(.*)'.*$", "$1"), known(node, "proxy-name"));
            case "unknown-target" -> among(said.replaceFirst("^.* (\\S+:\\d+).*$", "$1"), known(node, "target-id"));
            default -> "";
        };
    }

    /** @return to be put behind the refusal of the word; may be empty */
    static String among(String word, List<String> known) {
        return known.isEmpty() ? "" : "; the nearest known one is " + Spelling.nearest(word, known);
    }

    private static List<String> known(NodeClient node, String field) {
        try {
            return node.get("health").findValuesAsText(field).stream()
                    .distinct()
                    .toList();
        } catch (CommandFailure beside) { // what was refused is the matter
            return List.of();
        }
    }
}
