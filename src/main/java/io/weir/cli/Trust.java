package io.weir.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Whose certificates are believed, from PEM files. */
final class Trust {

    private Trust() {}

    /** Those that one of these authorities has signed, for the name they are called by. */
    static SSLContext authorities(Path file) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (Certificate authority : read(file)) {
                store.setCertificateEntry("authority " + store.size(), authority);
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            return context(managers.getTrustManagers());
        } catch (GeneralSecurityException | IOException refused) {
            throw unusable(file, refused);
        }
    }

    /** This one alone, whatever it is called: the node's own file says that it is the node's. */
    static SSLContext only(Path file) {
        try {
            return context(new Pinned((X509Certificate) read(file).getFirst()));
        } catch (GeneralSecurityException | IOException refused) {
            throw unusable(file, refused);
        }
    }

    private static SSLContext context(TrustManager... managers) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers, null);
        return context;
    }

    private static List<Certificate> read(Path file) throws IOException, CertificateException {
        List<Certificate> certificates = List.copyOf(CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file))));
        if (certificates.isEmpty()) {
            throw new CertificateException("it holds none");
        }
        return certificates;
    }

    private static CommandFailure unusable(Path file, Exception refused) {
        return new CommandFailure(
                ExitCode.USAGE,
                "the certificates in " + file + " cannot be used: " + reason(refused) + "; name a PEM file",
                refused);
    }

    /** What an exception about a file means, without the file's name. */
    static String reason(Exception failed) {
        return switch (failed) {
            case NoSuchFileException _ -> "it does not exist";
            case AccessDeniedException _ -> "this user may not read it";
            default -> String.valueOf(failed.getMessage());
        };
    }

    /** Compared byte by byte; the handshake proves that the other side has its key. */
    private static final class Pinned extends X509ExtendedTrustManager {

        private final X509Certificate wanted;

        Pinned(X509Certificate wanted) {
            this.wanted = wanted;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
            if (!chain[0].equals(wanted)) {
                throw new CertificateException("it is not the one in the node's file");
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket)
                throws CertificateException {
            checkServerTrusted(chain, kind);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
                throws CertificateException {
            checkServerTrusted(chain, kind);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
            throw new CertificateException("nobody is served here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket)
                throws CertificateException {
            checkClientTrusted(chain, kind);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
                throws CertificateException {
            checkClientTrusted(chain, kind);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
