package io.weir.config;

import io.weir.model.Cidr;
import io.weir.model.SourceRoute;
import java.util.Optional;

/** The clients of a source route: a prefix, an address, or a host name. */
final class SourceReader {

    static final String ALLOWED = "write a prefix, an address or a host name as a string";

    private SourceReader() {}

    static Optional<SourceRoute.Source> read(Value value) {
        return Kind.parsed(SourceReader::parse, ALLOWED).read(value);
    }

    /** What only an address can be is taken for one, so that its own error is shown. */
    private static SourceRoute.Source parse(String text) {
        boolean address = text.matches("[0-9./]*") || text.indexOf(':') >= 0 || text.indexOf('/') >= 0;
        return address
                ? new SourceRoute.Source.Prefix(Cidr.parse(text))
                : new SourceRoute.Source.Host(HostName.parse(text));
    }
}
