// What each reason of the data path means and what to do, and how bad it is while it counts up: [tone, words].

export const REASONS = {
  not_ip: [null, 'Other protocols than IP. Left alone.'],
  not_service: [null, 'Not for a listener. For a service of yours: check its address, port and protocols.'],
  protocol: [null, 'Neither TCP, UDP nor ICMP. Left alone.'],
  truncated: [null, 'Malformed packets. Left alone.'],
  extension_header: [null, 'IPv6 headers that hide the ports. Left alone.'],
  fragment_unknown: [null, 'Later fragments without their first. In numbers: first fragments take another way.'],
  icmp_unmatched: [null, 'ICMP errors about no connection of ours. Left alone.'],
  not_unicast: [null, 'Broadcasts and multicasts. Left to the hosts they are for.'],
  no_flow: [null, 'Packets of no connection. Left alone.'],
  local_target: [null, 'The target is this host: the kernel carries it, slower.'],
  no_neighbour: [null, 'The kernel asks for the target’s MAC. If it goes on: the target does not answer ARP or neighbour discovery.'],
  no_route: ['bad', 'This host has no route to a target, or one that refuses.'],
  forwarding_off: ['bad', 'Forwarding was switched off on the interface: switch it on with sysctl.'],
  not_redirectable: [null, 'The kernel carries these: right, but slower.'],
  mtu_exceeded: [null, 'Larger than the path to the target; the kernel answers or fragments. Harmless unless it is many.'],
  ttl_exceeded: [null, 'A traceroute, or a routing loop.'],
  reply_mtu_exceeded: [null, 'Larger than the path to the client; the kernel answers. Harmless unless it is many.'],
  reply_ttl_exceeded: [null, 'A traceroute, or a routing loop behind the targets.'],
  ip_options: [null, 'IP options: the kernel carries these, slower.'],
  vlan: [null, 'Tagged packets: the kernel carries these, slower.'],
  link_local: [null, 'To a link-local target: the kernel carries these, slower.'],
  picked_up: [null, 'Connections that began elsewhere were adopted: normal after a failover or a longer stop.'],
  table_full: ['warn', 'New connections are served without an entry: raise :max-connections, or shorten the timeouts.'],
  half_open_evicted: ['warn', 'A flood, or more handshakes at once than the half-open table holds.'],
  reply_unproven: ['warn', 'Replies come in by an interface that the route to the target does not name: make the way back the same.'],
  no_target: ['bad', 'Every weight of the group is zero, or the target is gone: see the reasons of the weights.'],
  no_target_of_family: ['bad', 'Clients of a family (IPv4 or IPv6) that the group has no target of: add one.'],
  reply_taken: ['bad', 'One client port towards two listeners, and no target free for the second; served when the other connection ends.'],
  link_unreachable: ['bad', 'A link-local target’s interface is gone, or takes no such packets.'],
  rewrite_failed: ['bad', 'The kernel refused to change a packet: report it.'],
  no_memory: ['warn', 'The kernel has no memory for fragments or statistics; connections go on without them.'],
  source_limited: ['warn', 'A client opens more connections than :rate-limits allow one source.'],
  target_limited: ['warn', 'More connections come for a target than :rate-limits allow.'],
  reply_no_neighbour: [null, 'The kernel asks for the next hop’s MAC towards the client.'],
  flow_no_memory: ['warn', 'The kernel has no memory for flow entries; new connections are served without: give the host more.'],
  promoted: [null, 'Connections that a peer carried go on here: normal after a failover.'],
};

/** Of a reason that is newer than this page: what is dropped is trouble. */
function of(verdict) {
  return REASONS[verdict.reason] ?? [verdict.verdict === 'dropped' ? 'bad' : null, ''];
}

/** How bad it is while it counts up; null: it is not. */
export const toneOf = (verdict) => of(verdict)[0];

export const meaningOf = (verdict) => of(verdict)[1];

/** What became of the packets. */
export const OUTCOMES = {
  forwarded: 'forwarded all the same',
  passed: 'left to the kernel',
  passed_rewritten: 'carried on by the kernel',
  dropped: 'dropped',
};
