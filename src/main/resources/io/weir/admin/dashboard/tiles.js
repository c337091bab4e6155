// The node's traffic as a whole: four numbers and what they did in the last minutes.

import { byId, make, say } from './dom.js';
import { draw, graph, Rate, Series } from './series.js';
import { NOTHING, bits, count, rate } from './words.js';

const opened = new Rate();
const active = new Series();
const toTarget = new Rate();
const toClient = new Rate();
const packetsToTarget = new Rate();
const packetsToClient = new Rate();

export function sample(traffic, now) {
  opened.count(traffic.opened, now);
  active.add(traffic.volume.active);
  toTarget.count(traffic.volume['bytes-to-target'], now);
  toClient.count(traffic.volume['bytes-to-client'], now);
  packetsToTarget.count(traffic.volume['packets-to-target'], now);
  packetsToClient.count(traffic.volume['packets-to-client'], now);
}

const TILES = [
  ['New connections', opened, () => rate(opened.last, ' /s'), () => `peak ${rate(opened.peak, ' /s')}`],
  ['Connections now', active, () => (active.last === null ? NOTHING : count(active.last)), () => `peak ${count(active.peak)}`],
  ['To the targets', toTarget, () => bits(toTarget.last), () => rate(packetsToTarget.last, ' packets/s')],
  ['To the clients', toClient, () => bits(toClient.last), () => rate(packetsToClient.last, ' packets/s')],
];

let parts = [];

function build() {
  parts = TILES.map(([title]) => {
    const part = { value: make('p', { class: 'value' }), note: make('p', { class: 'note' }), graph: graph() };
    part.element = make('article', { class: 'tile' }, make('h3', {}, title), part.value, part.note, part.graph);
    return part;
  });
  byId('tiles').append(...parts.map((part) => part.element));
}

/** @param isLive otherwise there is no "now" */
export function render(isLive) {
  if (!parts.length) build();
  TILES.forEach(([, series, value, note], index) => {
    say(parts[index].value, isLive ? value() : NOTHING);
    say(parts[index].note, isLive ? note() : '');
    draw(parts[index].graph, series);
  });
}
