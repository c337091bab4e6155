// What each reason of the data path means, and what to do: [is it trouble while it counts up?, words].

export const REASONS = {
  not_ip: [false, 'Other protocols than IP. Left alone.'],
  not_service: [false, 'Not for a listener. For a service of yours: check its address, port and protocols.'],
  protocol: [false, 'Neither TCP, UDP nor ICMP. Left alone.'],
  truncated: [false, 'Malformed packets. Left alone.'],
  extension_header: [false, 'IPv6 headers that hide the ports. Left alone.'],
  fragment_unknown: [false, 'Later fragments without their first. In numbers: first fragments take another way.'],
  icmp_unmatched: [false, 'ICMP errors about no connection of ours. Left alone.'],
  not_unicast: [false, 'Broadcasts and multicasts. Left to the hosts they are for.'],
  no_flow: [false, 'Packets of no connection. Left alone.'],
  local_target: [false, 'The target is this host: the kernel carries it, slower.'],
  no_neighbour: [false, 'The kernel asks for the target’s MAC. If it goes on: the target does not answer ARP or neighbour discovery.'],
  no_route: [true, 'This host has no route to a target, or one that refuses.'],
  forwarding_off: [true, 'Forwarding was switched off on the interface: switch it on with sysctl.'],
  not_redirectable: [false, 'The kernel carries these: right, but slower.'],
  mtu_exceeded: [false, 'Larger than the path to the target; the kernel answers or fragments. Harmless unless it is many.'],
  ttl_exceeded: [false, 'A traceroute, or a routing loop.'],
  reply_mtu_exceeded: [false, 'Larger than the path to the client; the kernel answers. Harmless unless it is many.'],
  reply_ttl_exceeded: [false, 'A traceroute, or a routing loop behind the targets.'],
  ip_options: [false, 'IP options: the kernel carries these, slower.'],
  vlan: [false, 'Tagged packets: the kernel carries these, slower.'],
  link_local: [false, 'To a link-local target: the kernel carries these, slower.'],
  picked_up: [false, 'Connections that began elsewhere were adopted: normal after a failover or a longer stop.'],
  table_full: [true, 'New connections are served without an entry: raise :max-connections, or shorten the timeouts.'],
  half_open_evicted: [true, 'A flood, or more handshakes at once than the half-open table holds.'],
  reply_unproven: [true, 'Replies come in by an interface that the route to the target does not name: make the way back the same.'],
  no_target: [true, 'Every weight of the group is zero, or the target is gone: see the reasons of the weights.'],
  no_target_of_family: [true, 'Clients of a family (IPv4 or IPv6) that the group has no target of: add one.'],
  reply_taken: [true, 'One client port towards two listeners that share a target; served when the other connection ends.'],
  link_unreachable: [true, 'A link-local target’s interface is gone, or takes no such packets.'],
  rewrite_failed: [true, 'The kernel refused to change a packet: report it.'],
  no_memory: [true, 'The kernel has no memory for fragments or statistics; connections go on without them.'],
  reply_no_neighbour: [false, 'The kernel asks for the next hop’s MAC towards the client.'],
};

const UNKNOWN = [false, ''];

export const isTrouble = (verdict) => verdict.verdict === 'dropped' || (REASONS[verdict.reason] ?? UNKNOWN)[0];

export const meaning = (reason) => (REASONS[reason] ?? UNKNOWN)[1];

/** What became of the packets. */
export const OUTCOMES = {
  forwarded: 'forwarded all the same',
  passed: 'left to the kernel',
  passed_rewritten: 'carried on by the kernel',
  dropped: 'dropped',
};
