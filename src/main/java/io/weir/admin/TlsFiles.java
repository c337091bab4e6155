package io.weir.admin;

import io.weir.model.AdminApi;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate with its chain and its key, from PEM files (RFC 7468). */
final class TlsFiles {

    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private TlsFiles() {}

    /** @throws IllegalStateException if a file is no good, with its path and the reason */
    static SSLContext context(AdminApi.Tls files) {
        Certificate[] chain = chain(files.certificate());
        PrivateKey key = key(files.key(), chain[0].getPublicKey().getAlgorithm());
        try {
            char[] password = new char[0]; // of a store that never leaves the memory
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, password);
            store.setKeyEntry("admin", key, password, chain);
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(
                    "the TLS key " + files.key() + " does not go with " + files.certificate() + ": " + e.getMessage(),
                    e);
        }
    }

    private static Certificate[] chain(Path file) {
        try {
            Collection<? extends Certificate> read =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes(file)));
            if (read.isEmpty()) {
                throw new IllegalStateException(
                        "the TLS certificate " + file + " holds none: write PEM, its chain after it");
            }
            Certificate[] chain = read.toArray(Certificate[]::new);
            ((X509Certificate) chain[0]).checkValidity();
            return chain;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the TLS certificate " + file + " is no good: " + e.getMessage(), e);
        }
    }

    private static PrivateKey key(Path file, String algorithm) {
        Matcher pem = PRIVATE_KEY.matcher(new String(bytes(file), StandardCharsets.US_ASCII));
        if (!pem.find()) {
            throw new IllegalStateException("the TLS key " + file
                    + " has no 'BEGIN PRIVATE KEY': convert it with openssl pkcs8 -topk8 -nocrypt -in " + file);
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "the TLS key " + file + " is no " + algorithm + " key, which its certificate has", e);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return SecretFile.read(file);
        } catch (IOException e) {
            throw new IllegalStateException("the TLS file " + file + " cannot be read: " + e, e);
        }
    }
}
