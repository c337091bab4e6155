package io.weir.model;

/**
 * Clients from a prefix go to a group of their own.
 *
 * @param source a prefix, or a host name that is resolved when the config is loaded
 * @param group where they go
 * @param sessionPersistence whether the client's address alone chooses the target
 */
public record SourceRoute(Source source, Group group, boolean sessionPersistence) {

    public sealed interface Source {
        /** As a configuration writes it. */
        String text();

        record Prefix(Cidr cidr) implements Source {

            /** Written out, as that of {@link IpAddress}. */
            @Override
            public boolean equals(Object other) {
                return this == other || other instanceof Prefix prefix && cidr.equals(prefix.cidr);
            }

            @Override
            public int hashCode() {
                return cidr.hashCode();
            }

            @Override
            public String text() {
                return cidr.toString();
            }
        }

        record Host(String name) implements Source {
            @Override
            public String text() {
                return name;
            }
        }
    }
}
