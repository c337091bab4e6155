package io.weir.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One thing the API does: the one place that says it, to the server and to the OpenAPI document.
 *
 * @param path as OpenAPI writes it: {@code /api/v1/proxies/{name}}
 * @param summary one line without a full stop
 * @param parameters of path and query
 * @param request shape of the body, if it takes one
 * @param status of a success
 * @param response shape of the body of a success
 */
record Route(
        Method method,
        String path,
        String summary,
        Access access,
        List<Parameter> parameters,
        Optional<Shape> request,
        int status,
        Shape response,
        Handler handler) {

    enum Method {
        GET,
        POST,
        PUT,
        DELETE
    }

    /** Who may. */
    enum Access {
        ANYONE,
        READ,
        WRITE
    }

    @FunctionalInterface
    interface Handler {
        Answer answer(Request request);
    }

    /**
     * @param in {@code path} or {@code query}
     * @param shape of the value
     */
    record Parameter(String name, String in, String meaning, Shape shape) {}

    static final String API = "/api/v1/";

    static Route get(String path, String summary) {
        return of(Method.GET, path, summary);
    }

    static Route post(String path, String summary) {
        return of(Method.POST, path, summary);
    }

    static Route put(String path, String summary) {
        return of(Method.PUT, path, summary);
    }

    static Route delete(String path, String summary) {
        return of(Method.DELETE, path, summary);
    }

    private static Route of(Method method, String path, String summary) {
        return new Route(
                method,
                path.startsWith("/") ? path : API + path,
                summary,
                method == Method.GET ? Access.READ : Access.WRITE,
                List.of(),
                Optional.empty(),
                200,
                Shape.of(Answer.Done.class),
                request -> Answer.done(""));
    }

    Route open() {
        return new Route(method, path, summary, Access.ANYONE, parameters, request, status, response, handler);
    }

    Route with(String name, String meaning) {
        return with(new Parameter(name, "path", meaning, Shape.of(String.class)));
    }

    Route query(String name, String meaning, Shape shape) {
        return with(new Parameter(name, "query", meaning, shape));
    }

    private Route with(Parameter parameter) {
        List<Parameter> more = new ArrayList<>(parameters);
        more.add(parameter);
        return new Route(method, path, summary, access, List.copyOf(more), request, status, response, handler);
    }

    Route takes(Shape shape) {
        return new Route(method, path, summary, access, parameters, Optional.of(shape), status, response, handler);
    }

    Route creates(Shape shape) {
        return new Route(method, path, summary, access, parameters, request, 201, shape, handler);
    }

    Route answers(Shape shape) {
        return new Route(method, path, summary, access, parameters, request, status, shape, handler);
    }

    Route by(Handler other) {
        return new Route(method, path, summary, access, parameters, request, status, response, other);
    }

    /** Sources have a slash that callers may leave as it is: the last parameter of a path takes several segments. */
    String pattern() {
        return path.replace("{source}", "<source>");
    }

    boolean matches(String requested) {
        String regex = Pattern.compile("\\{(\\w+)}")
                .matcher(path)
                .replaceAll(name -> name.group(1).equals("source") ? ".+" : "[^/]+");
        return requested.matches(regex);
    }
}
