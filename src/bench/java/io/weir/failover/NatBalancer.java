package io.weir.failover;

import io.weir.failover.Rack.Place;
import io.weir.testing.Daemon;
import io.weir.testing.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is used for this today: nftables chooses a backend by a hash and rewrites the destination, and conntrackd tells the
 * other host of each connection (FTFW, reliable), which takes them over when keepalived has moved the VIPs.
 */
public final class NatBalancer implements Balancer {

    private static final String RULES = """
            table ip lb {
              chain pre {
                type nat hook prerouting priority dstnat;
                ip daddr %1$s tcp dport 443 dnat to jhash ip saddr . tcp sport mod 2 seed 0x77656972 map { 0 : 10.0.0.1, 1 : 10.0.0.2 }
              }
            }
            table ip6 lb {
              chain pre {
                type nat hook prerouting priority dstnat;
                ip6 daddr %2$s tcp dport 443 dnat to jhash ip6 saddr . tcp sport mod 2 seed 0x77656972 map { 0 : 2001:db8:1::1, 1 : 2001:db8:1::2 }
              }
            }
            """;

    private static final String DAEMON = """
            Sync {
              Mode FTFW { DisableExternalCache no }
              UDP {
                IPv4_address %1$s
                IPv4_Destination_Address %2$s
                Port 3780
                Interface eth1
                SndSocketBuffer 8388608
                RcvSocketBuffer 8388608
                Checksum on
              }
            }
            General {
              HashSize 65536
              HashLimit 262144
              LogFile off
              Syslog off
              LockFile %3$s/conntrackd.lock
              UNIX { Path %3$s/conntrackd.ctl }
              NetlinkBufferSize 2097152
              NetlinkBufferSizeMaxGrowth 16777216
              Filter From Userspace { Protocol Accept { TCP } }
            }
            """;

    /** As the script that comes with conntrackd does it. */
    private static final String NOTIFY = """
            #!/bin/sh
            c="conntrackd -C %1$s/conntrackd.conf"
            case $1 in
              primary) $c -c; $c -f; $c -R; $c -B ;;
              backup) $c -t; $c -n ;;
              fault) $c -t ;;
            esac
            """;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Some are opened, and some end, while they are counted. */
    private static final double NEARLY_ALL = 0.99;

    private final Rack rack;
    private final Place place;
    private final Path files;
    private Optional<Daemon> daemon = Optional.empty();

    /** @param files a directory of this host */
    public NatBalancer(Rack rack, Place place, Path files) {
        this.rack = rack;
        this.place = place;
        this.files = files;
        try {
            Files.writeString(
                    files.resolve("conntrackd.conf"),
                    DAEMON.formatted(place.address(), rack.others(place).getFirst().address(), files));
            Files.writeString(files.resolve("rules.nft"), RULES.formatted(Rack.VIP, Rack.VIP6));
            Path script = Files.writeString(files.resolve("notify"), NOTIFY.formatted(files));
            Run.command("chmod", "+x", script.toString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void start() {
        try {
            Files.deleteIfExists(files.resolve("conntrackd.lock"));
            Files.deleteIfExists(files.resolve("conntrackd.ctl"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        rack.in(
                place.role(),
                "nft -f " + files.resolve("rules.nft")
                        + "; sysctl -qw net.netfilter.nf_conntrack_tcp_be_liberal=1");
        daemon = Optional.of(Daemon.start(
                rack.path(place.role()),
                List.of("conntrackd", "-C", files.resolve("conntrackd.conf").toString())));
        Until.within(PATIENCE, () -> known(files, "internal") >= 0); // only then can keepalived tell it anything
    }

    /** It does not say when; where the VIPs are not, it must know of the connections that there are where they are. */
    @Override
    public void awaitPeers(int alive) {
        if (alive < 2 || rack.hasVip(place)) {
            return;
        }
        Path others = files.resolveSibling(rack.others(place).getFirst().role());
        if (!Until.within(PATIENCE, () -> known(files, "external") >= known(others, "internal") * NEARLY_ALL)) {
            System.err.printf(
                    "weir: conntrackd on %s knows %,d of %,d connections%n",
                    place.role(), known(files, "external"), known(others, "internal"));
        }
    }

    /** How many connections are in a cache of a host's daemon; -1: it does not say. */
    private static long known(Path files, String cache) {
        String said = Run.command(
                "sh", "-c", "conntrackd -C " + files.resolve("conntrackd.conf") + " -s 2>/dev/null || true");
        Matcher count = Pattern.compile("cache " + cache + ":\\s+current active connections:\\s+(\\d+)")
                .matcher(said);
        return count.find() ? Long.parseLong(count.group(1)) : -1;
    }

    @Override
    public List<Long> processes() {
        return daemon.filter(Daemon::isAlive).map(Daemon::processes).orElse(List.of());
    }

    @Override
    public String notifications() {
        return "    notify_master \"" + files + "/notify primary\"\n    notify_backup \"" + files
                + "/notify backup\"\n    notify_fault \"" + files + "/notify fault\"";
    }

    @Override
    public void close() {
        daemon.ifPresent(Daemon::close);
    }
}
