// The data path: where it is attached, how full its tables are, and what it did not plainly forward.

import { byId, make, mark, say } from './dom.js';
import { OUTCOMES, meaningOf, toneOf } from './reasons.js';
import { Table, lines, pace, showPace } from './table.js';
import { count, percent, plural, rate, short } from './words.js';

let table = null;

export function render(seen, isLive) {
  table ??= build();
  facts(seen);
  const rows = seen.status.verdicts.map((verdict) => ({
    ...verdict,
    rate: seen.verdictRates.of(verdict.reason),
    isLive,
  }));
  rows.forEach((row) => {
    row.now = isLive ? (row.rate?.last ?? null) : null;
    row.tone = row.now > 0 ? toneOf(row) : null;
  });
  const weight = (row) => (row.tone === 'bad' ? 2 : row.tone === 'warn' ? 1 : 0);
  table.show(rows.sort((one, other) => weight(other) - weight(one) || (other.now ?? 0) - (one.now ?? 0) || other.packets - one.packets));
}

function facts(seen) {
  const status = seen.status;
  const pairs = status.interfaces.map((hook) => [hook.name, hook.mode === null ? `not attached: ${hook.why}` : `${hook.mode}, ${hook.why}`]);
  const names = { flows: 'Flow table', half_open_flows: 'Half-open table' };
  for (const [name, size] of Object.entries(seen.traffic.tables)) {
    pairs.push([names[name] ?? name, `${percent(size.entries, size.capacity)} of ${short(size.capacity)} entries`]);
  }
  if (seen.traffic['events-lost'] > 0) {
    pairs.push(['Lost events', `${plural(seen.traffic['events-lost'], 'connection event')} found no room`]);
  }
  const list = byId('path-facts');
  if (list.childElementCount !== 2 * pairs.length) {
    list.replaceChildren(...pairs.flatMap(() => [make('dt', {}), make('dd', {})]));
  }
  pairs.forEach(([name, text], index) => {
    say(list.children[2 * index], name);
    say(list.children[2 * index + 1], text);
  });
}

function build() {
  const now = {
    title: 'Now',
    className: '',
    create: pace,
    update: (cell, row) => {
      showPace(cell, rate(row.now, ' /s'), row.rate);
    },
  };
  return new Table(byId('verdict-table'), {
    caption: 'Packets that were not plainly forwarded, by reason',
    columns: [
      lines('Reason', 'wide', (row) => row.reason, meaningOf),
      lines('Became', '', (row) => OUTCOMES[row.verdict] ?? row.verdict),
      lines('Packets', 'number', (row) => count(row.packets)),
      now,
    ],
    perPage: 12,
    empty: 'None: every packet was plainly forwarded.',
    className: 'verdict-rows',
    keyOf: (row) => row.reason,
    toneOf: (row) => row.tone,
  });
}
