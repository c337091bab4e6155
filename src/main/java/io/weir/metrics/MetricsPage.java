package io.weir.metrics;

import io.weir.metrics.Metrics.Format;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one page there is. */
final class MetricsPage extends Handler.Abstract {

    private static final Logger LOG = LoggerFactory.getLogger(MetricsPage.class);
    private static final String PLAIN = "text/plain; charset=utf-8";

    private final String path;
    private final Metrics metrics;

    MetricsPage(String path, Metrics metrics) {
        this.path = path;
        this.metrics = metrics;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        boolean head = HttpMethod.HEAD.is(request.getMethod());
        if (!request.getHttpURI().getCanonicalPath().equals(path)) {
            write(response, HttpStatus.NOT_FOUND_404, PLAIN, "the metrics are at " + path + "\n", head, callback);
        } else if (!head && !HttpMethod.GET.is(request.getMethod())) {
            response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
            write(response, HttpStatus.METHOD_NOT_ALLOWED_405, PLAIN, "only GET and HEAD\n", false, callback);
        } else {
            Format format = Format.of(request.getHeaders().get(HttpHeader.ACCEPT));
            try {
                String text = metrics.text(format);
                write(response, HttpStatus.OK_200, format.contentType(), text, head, callback);
            } catch (RuntimeException failed) {
                LOG.warn("the metrics cannot be read: {}", failed.toString());
                write(response, HttpStatus.SERVICE_UNAVAILABLE_503, PLAIN, failed.getMessage() + "\n", head, callback);
            }
        }
        return true;
    }

    /** What Jetty refuses before it comes here, without its name. */
    static boolean refused(Request request, Response response, Callback callback) {
        write(response, response.getStatus(), PLAIN, "the request is no good HTTP\n", false, callback);
        return true;
    }

    private static void write(
            Response response, int status, String contentType, String text, boolean head, Callback callback) {
        ByteBuffer body = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.remaining());
        response.getHeaders().put(HttpHeader.CONNECTION, "close"); // Jetty does so, and would not say it
        response.write(true, head ? ByteBuffer.allocate(0) : body, callback);
    }
}
