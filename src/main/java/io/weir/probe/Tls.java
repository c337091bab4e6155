package io.weir.probe;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS of a check: the JDK's trusted authorities where certificates must be valid, anybody where not. */
final class Tls {

    private final SSLContext verifying;
    private final SSLContext trusting;

    /** @param verifying whom to trust where certificates must be valid */
    Tls(SSLContext verifying) {
        this.verifying = verifying;
        try {
            trusting = SSLContext.getInstance("TLS");
            trusting.init(null, new TrustManager[] {new Anybody()}, null);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static Tls ofThisHost() {
        try {
            return new Tls(SSLContext.getDefault());
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("the JDK's trusted certificates cannot be read", broken);
        }
    }

    /**
     * Greets over a connection that is there. The server is told a name only if there is one (RFC 6066 knows no addresses);
     * a certificate that must be valid must be for that name, else for the address.
     */
    SSLSocket over(Socket connection, Probe probe, Attempt attempt) throws IOException {
        attempt.enter(Attempt.Phase.GREETING);
        boolean verify = probe.check().verifyTls();
        Optional<String> name = probe.check().host();
        String peer = name.orElseGet(() -> probe.target().address().toString());
        SSLSocket secured = (SSLSocket) (verify ? verifying : trusting)
                .getSocketFactory()
                .createSocket(connection, peer, probe.place().port(), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setServerNames(serverNames(name));
        if (verify) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    /** A name with an underscore, which DNS has and RFC 6066 does not, is not told. */
    private static List<SNIServerName> serverNames(Optional<String> name) {
        return name.filter(host -> host.indexOf('_') < 0).stream()
                .<SNIServerName>map(SNIHostName::new)
                .toList();
    }

    /** Of a server that is only asked whether it is well, the certificate is nobody's concern. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
