// What becomes otherwise with targets, nodes and VIPs, as the node tells it: a stream that is opened again whenever it ends.

import { byId, make, show } from './dom.js';
import { get, Refused, stream } from './api.js';
import { clock } from './words.js';

const KEPT = 100;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15000;
const SAME_MS = 1000;

const TONES = {
  unhealthy: 'bad',
  open: 'bad',
  'half-open': 'warn',
  timeout: 'warn',
  healthy: 'good',
  closed: 'good',
  draining: 'note',
  completed: 'note',
  cancelled: 'note',
  alive: 'good',
  suspected: 'warn',
  dead: 'bad',
  left: 'note',
  'left-out': 'warn',
  master: 'good',
  backup: 'note',
  fault: 'bad',
  stopped: 'warn',
};

const pause = (milliseconds) => new Promise((resume) => setTimeout(resume, milliseconds));

/** Calls back with each event, for ever. */
export async function listen(told) {
  let wait = FIRST_PAUSE_MS;
  for (;;) {
    try {
      const reader = await stream('events?kinds=health,circuit,drain,vip,cluster');
      wait = FIRST_PAUSE_MS;
      const before = await get('events/recent');
      byId('event-list').replaceChildren();
      [...before].reverse().forEach(add);
      await read(reader, (event) => {
        if (!before.some((one) => isSame(one, event))) told(event);
      });
    } catch (failed) {
      if (failed instanceof Refused && failed.status === 401) return;
    }
    await pause(wait);
    wait = Math.min(2 * wait, LONGEST_PAUSE_MS);
  }
}

/** Whether it was among the recent ones already, when the stream had just begun. */
function isSame(one, other) {
  const isOf = ['type', 'proxy', 'target-id', 'detail'].every((name) => one[name] === other[name]);
  return isOf && Math.abs(Date.parse(one.time) - Date.parse(other.time)) < SAME_MS;
}

/** The HTML standard's text/event-stream, as far as this node writes it. */
async function read(reader, told) {
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const data = block.split('\n').filter((line) => line.startsWith('data: ')).map((line) => line.slice(6));
      if (data.length) told(JSON.parse(data.join('\n')));
    }
  }
}

/** Puts an event at the top of the list. */
export function add(event) {
  const list = byId('event-list');
  show(byId('no-event'), false);
  const about = [event['target-id'], event.proxy && `in ${event.proxy}`].filter(Boolean).join(' ');
  list.prepend(
    make(
      'li',
      { 'data-tone': TONES[event.state] ?? 'none' },
      make('time', { datetime: event.time }, clock(event.time)),
      make('span', {}, make('span', { class: 'what' }, `${event.kind} ${event.state}`), ` ${about}`),
      make('span', { class: 'detail' }, event.detail ?? ''),
    ),
  );
  while (list.childElementCount > KEPT) list.lastElementChild.remove();
}
