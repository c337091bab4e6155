package io.weir.admin;

import java.util.List;
import java.util.Map;

/** A request that is not done, as the caller is told of it. */
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient List<Detail> details;
    private final transient Map<String, String> headers;

    /** @param path of the value in the body, as in {@code default-target[1].weight}; empty for all of it */
    public record Detail(String path, String message) {}

    /** The body of every answer from 400 on. */
    record ErrorView(String error, String code, List<Detail> details) {}

    /**
     * @param status of HTTP
     * @param code for programs, in kebab-case
     * @param message one line: what, where, what to do
     */
    public Refusal(int status, String code, String message, List<Detail> details, Map<String, String> headers) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.details = List.copyOf(details);
        this.headers = Map.copyOf(headers);
    }

    Refusal(int status, String code, String message) {
        this(status, code, message, List.of(), Map.of());
    }

    /** A body that breaks the rules of what it should be. */
    public static Refusal invalid(List<Detail> details) {
        String first =
                details.getFirst().path().isEmpty() ? "" : details.getFirst().path() + ": ";
        String more = details.size() == 1 ? "" : "; and " + (details.size() - 1) + " more";
        return new Refusal(422, "invalid", first + details.getFirst().message() + more, details, Map.of());
    }

    static Refusal invalid(String path, String message) {
        return invalid(List.of(new Detail(path, message)));
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    Map<String, String> headers() {
        return headers;
    }

    ErrorView view() {
        return new ErrorView(String.valueOf(getMessage()), code, details);
    }
}
