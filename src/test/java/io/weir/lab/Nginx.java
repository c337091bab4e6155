package io.weir.lab;

import io.weir.testing.Run;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.CRC32C;

/** nginx on a host, both families; serves the lab's files and says by {@code X-Server} who it is. */
final class Nginx {

    static final int PORT = 8081;

    private static final String CONFIGURATION = """
            daemon off;
            user root;
            worker_processes 1;
            pid %1$s/%2$s.pid;
            error_log %1$s/%2$s.error;
            events { worker_connections 4096; }
            http {
              access_log off;
              sendfile on;
              tcp_nopush on;
              send_timeout 300s;
              client_body_temp_path %1$s/%2$s-body;
              proxy_temp_path %1$s/%2$s-proxy;
              fastcgi_temp_path %1$s/%2$s-fastcgi;
              uwsgi_temp_path %1$s/%2$s-uwsgi;
              scgi_temp_path %1$s/%2$s-scgi;
              server {
                listen %3$d backlog=4096;
                listen [::]:%3$d backlog=4096;
                add_header X-Server %2$s;
                location / { root %1$s; }
                location /name { return 200 %2$s; }
                location /health {
                  if (-f %1$s/%2$s-sick) { return 500; }
                  return 200 well;
                }
              }
            }
            """;

    private Nginx() {}

    /** A file of random bytes. */
    record Asset(String name, long bytes, long checksum) {}

    static Asset asset(Lab lab, String name, int megabytes) {
        CRC32C checksum = new CRC32C();
        byte[] block = new byte[1 << 20];
        Random random = new Random(megabytes);
        random.nextBytes(block);
        try (OutputStream out = Files.newOutputStream(lab.file(name))) {
            for (int i = 0; i < megabytes; i++) {
                block[i % block.length] ^= (byte) (i + 1); // no two blocks are the same
                checksum.update(block);
                out.write(block);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return new Asset(name, (long) megabytes << 20, checksum.getValue());
    }

    /** @return its first process, which answers nobody */
    static Program serve(Host host) {
        Lab lab = host.lab();
        String name = host.role();
        Path configuration =
                lab.write(name + ".conf", CONFIGURATION.formatted(lab.file("").toAbsolutePath(), name, PORT));
        Program program = host.start(
                "nginx",
                "-p",
                lab.file("").toString(),
                "-c",
                configuration.toString(),
                "-e",
                lab.file(name + ".start").toString());
        Await.until("nginx listens", () -> host.run("ss -Hltn sport = :" + PORT).contains("LISTEN"));
        return program;
    }

    /** From now on, until the file that is returned is gone, its health is an error. */
    static Path sicken(Host host) {
        return host.lab().write(host.role() + "-sick", "");
    }

    /** Sends a signal to all of its processes. */
    static void signal(String name, Program program) {
        Run.shell("kill -" + name + " " + program.pid() + " $(pgrep -P " + program.pid() + ")");
    }
}
