// The nodes of the cluster, and which VIPs this one has. Not there while there is neither.

import { byId, keep, make, mark, say, show } from './dom.js';
import { NOTHING, plural, span } from './words.js';

const TONES = { alive: 'good', suspected: 'warn', dead: 'bad', left: 'none' };
const ROLES = { master: 'good', backup: 'note', fault: 'bad', stopped: 'warn' };

export function render(seen) {
  const aged = performance.now() - seen.clusterAt;
  const nodes = Object.entries(seen.nodes).map(([name, node]) => ({ name, ...node }));
  const vips = seen.status.vips;
  const isOn = seen.cluster !== null && seen.cluster.status !== 'disabled';
  show(byId('cluster'), isOn || vips.length > 0);
  say(byId('cluster-text'), isOn ? summary(seen.cluster) : '');
  keep(byId('node-list'), nodes, (node) => node.name, nodeItem, (element, node) => fillNode(element, node, aged));
  keep(byId('vip-list'), vips, (vip) => vip.instance, vipItem, fillVip);
}

function summary(cluster) {
  const sync = cluster.sync;
  const protection = sync.unprotected ? `${plural(sync.unprotected, 'connection')} not held by a peer yet` : 'every connection is held by a peer';
  const alone = cluster['cluster-size'] < 2 ? 'no peer: nobody holds these connections' : protection;
  return `${plural(sync.own, 'connection')} told, ${alone}; ${plural(sync.promoted, 'connection')} taken over; lag ${sync['lag-p99-ms'].toFixed(1)} ms (p99)`;
}

function nodeItem() {
  return make('li', {}, make('div', { class: 'line' }, make('span', { class: 'strong' }), make('span', {})), make('span', {}), make('span', { class: 'muted' }));
}

function fillNode(element, node, aged) {
  const [head, held, where] = element.children;
  const isPresent = node.state === 'alive' || node.state === 'suspected';
  mark(element, 'data-tone', node.state === 'alive' && !node['in-sync'] ? 'warn' : TONES[node.state]);
  say(head.firstChild, node.name);
  say(head.lastChild, node.self ? 'this node' : `${node.state}${isPresent && !node['in-sync'] ? ', not in sync' : ''}`);
  say(held, node.self ? NOTHING : `${plural(node.shadows, 'connection')} of it held ready here`);
  say(where, `${node.address}, for ${span(node['since-ms'] + aged)}`);
}

function vipItem() {
  return make('li', {}, make('div', { class: 'line' }, make('span', { class: 'strong' }), make('span', {})), make('span', { class: 'muted' }));
}

function fillVip(element, vip) {
  const [head, since] = element.children;
  mark(element, 'data-tone', ROLES[vip.role] ?? 'none');
  say(head.firstChild, `VIPs of ${vip.instance}`);
  say(head.lastChild, vip.role);
  say(since, `for ${span(vip['since-ms'])}`);
}
