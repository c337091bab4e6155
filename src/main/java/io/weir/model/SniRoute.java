package io.weir.model;

/**
 * TLS clients that ask for a name go to a group of their own.
 *
 * @param hostname lower case; {@code *.example.com} matches one label
 * @param group where they go
 * @param sessionPersistence whether the client's address alone chooses the target
 */
public record SniRoute(String hostname, Group group, boolean sessionPersistence) {}
