/**
 * The data path as the node sees it: layouts of {@code bpf/abi.h}, maps, programs, pins, attachments, counters and events.
 * Implements the engine's port {@link io.weir.engine.Dataplane} and those of {@code stats} and {@code flow}; knows the model,
 * these ports and {@code libbpf}.
 */
package io.weir.dataplane;
