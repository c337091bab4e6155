package io.weir.flow;

import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.Protocol;
import java.time.Duration;

/**
 * A confirmed flow as nodes tell it to each other. Ages travel, never times: each host has a clock of its own.
 *
 * @param client who opened it
 * @param vip where the client sends to; with protocol and client it is the flow's identity
 * @param target where it is sent on to
 * @param proxy name of the listener that took it; empty when that is not configured any more
 * @param age since it was confirmed
 * @param idle since its last packet, at one second's grain
 */
public record FlowRecord(
        Protocol protocol,
        Flow.Peer client,
        Flow.Peer vip,
        Endpoint target,
        String proxy,
        Duration age,
        Duration idle) {}
