package appflowlocal;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;

/** Writes the certificates of a PEM file into a trust store, as a JVM reads no PEM. */
public final class TrustStore {
    public static void main(String[] arguments) throws Exception {
        KeyStore store = KeyStore.getInstance("JKS");
        store.load(null, null);
        try (InputStream bundle = Files.newInputStream(Paths.get(arguments[0]))) {
            int number = 0;
            for (Certificate each :
                    CertificateFactory.getInstance("X.509").generateCertificates(bundle)) {
                store.setCertificateEntry("root-" + number++, each);
            }
        }
        try (OutputStream output = Files.newOutputStream(Paths.get(arguments[1]))) {
            store.store(output, new char[0]);
        }
    }

    private TrustStore() {}
}
