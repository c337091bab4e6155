package io.weir.probe;

import io.weir.model.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.hosts.HostsFileParser;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;
import org.xbill.DNS.lookup.ServerFailedException;

/**
 * Asks the hosts file, then the servers of {@code resolv.conf} along its search list. The JDK's own resolver blocks a thread for
 * as long as the C library likes, and keeps answers of its own; this one asks afresh each time, for A and AAAA at once, and
 * ends in time. A changed {@code resolv.conf} counts from the next question on.
 */
public final class DnsResolver implements NameResolver {

    private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");
    private static final Duration PATIENCE_WITH_SERVER = Duration.ofSeconds(2);
    private static final int TRIES = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final HostsFileParser hosts = new HostsFileParser();
    private Optional<FileTime> configured = Optional.empty();
    private Optional<LookupSession> session = Optional.empty();

    @Override
    public CompletableFuture<Answer> resolve(String host) {
        Name name;
        try {
            name = Name.fromString(host);
        } catch (TextParseException bad) {
            Result nothing = new Result.Nothing("'" + host + "' is no host name");
            return CompletableFuture.completedFuture(new Answer(nothing, nothing));
        }
        Optional<Answer> fixed = fromHostsFile(name);
        if (fixed.isPresent()) {
            return CompletableFuture.completedFuture(fixed.get());
        }
        LookupSession asked = session();
        return ask(asked, name, Type.A).thenCombine(ask(asked, name, Type.AAAA), Answer::new);
    }

    /** As the C library does: a name that stands there in one family is not asked for in the other. */
    private Optional<Answer> fromHostsFile(Name name) {
        try {
            Name absolute = name.isAbsolute() ? name : Name.concatenate(name, Name.root);
            Optional<InetAddress> v4 = hosts.getAddressForHost(absolute, Type.A);
            Optional<InetAddress> v6 = hosts.getAddressForHost(absolute, Type.AAAA);
            return v4.isEmpty() && v6.isEmpty() ? Optional.empty() : Optional.of(new Answer(fixed(v4), fixed(v6)));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static Result fixed(Optional<InetAddress> address) {
        return NameResolver.of(address.map(IpAddress::of).stream().toList(), "the hosts file has none");
    }

    private synchronized LookupSession session() {
        Optional<FileTime> modified = modified();
        if (session.isEmpty() || !modified.equals(configured)) {
            ResolverConfig.refresh();
            configured = modified;
            session = Optional.of(session(ResolverConfig.getCurrentConfig()));
        }
        return session.get();
    }

    private static Optional<FileTime> modified() {
        try {
            return Optional.of(Files.getLastModifiedTime(RESOLV_CONF));
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    private static LookupSession session(ResolverConfig config) {
        ExtendedResolver servers = new ExtendedResolver(
                config.servers().stream().map(DnsResolver::server).toArray(Resolver[]::new));
        servers.setRetries(TRIES);
        servers.setTimeout(PATIENCE);
        return LookupSession.builder()
                .resolver(servers)
                .searchPath(config.searchPath())
                .ndots(config.ndots())
                .executor(task -> Thread.ofVirtual().start(task))
                .build();
    }

    /** A truncated answer is asked for again over TCP. */
    private static Resolver server(InetSocketAddress address) {
        SimpleResolver server = new SimpleResolver(address);
        server.setTimeout(PATIENCE_WITH_SERVER);
        return server;
    }

    private static CompletableFuture<Result> ask(LookupSession session, Name name, int type) {
        return session.lookupAsync(name, type)
                .toCompletableFuture()
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .handle((result, failure) ->
                        failure == null ? found(result.getRecords(), type) : result(failure, type));
    }

    private static Result found(List<Record> records, int type) {
        return NameResolver.of(records.stream().flatMap(DnsResolver::address).toList(), none(type));
    }

    private static Stream<IpAddress> address(Record record) {
        return switch (record) {
            case ARecord v4 -> Stream.of(IpAddress.of(v4.getAddress()));
            case AAAARecord v6 -> Stream.of(IpAddress.of(v6.getAddress()));
            default -> Stream.of();
        };
    }

    private static Result result(Throwable failure, int type) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return switch (cause) {
            case NoSuchDomainException _ -> new Result.Nothing("no such name");
            case NoSuchRRSetException _ -> new Result.Nothing(none(type));
            case ServerFailedException _ -> new Result.Failed("the DNS server failed (SERVFAIL)");
            case TimeoutException _, SocketTimeoutException _ -> new Result.Failed("no DNS server answered in time");
            case PortUnreachableException _ -> new Result.Failed("no DNS server listens");
            default -> new Result.Failed("the DNS server could not be asked: " + cause);
        };
    }

    private static String none(int type) {
        return type == Type.A ? "the name has no IPv4 address" : "the name has no IPv6 address";
    }
}
