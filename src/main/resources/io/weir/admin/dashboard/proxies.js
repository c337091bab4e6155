// One row for each proxy: how many of its targets serve, and what comes in.

import { byId, make, mark, say } from './dom.js';
import { Table, pace, showPace } from './table.js';
import { plural, rate } from './words.js';

const TONES = ['good', 'warn', 'bad', 'note'];

let table = null;

/** @param find shows the targets of a proxy */
export function render(seen, isLive, find) {
  table ??= build(find);
  const byName = new Map();
  for (const row of seen.rows) {
    if (!byName.has(row.proxy)) byName.set(row.proxy, { name: row.proxy, targets: 0, taking: 0, good: 0, warn: 0, bad: 0, note: 0, order: byName.size });
    const proxy = byName.get(row.proxy);
    proxy.targets++;
    proxy[row.state.tone]++;
    if (row.weight > 0) proxy.taking++;
  }
  const proxies = [...byName.values()].map((proxy) => ({
    ...proxy,
    listen: seen.listeners.get(proxy.name) ?? '',
    rate: seen.proxyRates.of(proxy.name),
    isLive,
    tone: proxy.taking === 0 || proxy.bad ? 'bad' : proxy.warn ? 'warn' : proxy.note ? 'note' : 'good',
  }));
  const ranks = { bad: 0, warn: 1, note: 2, good: 3 };
  table.show(proxies.sort((one, other) => ranks[one.tone] - ranks[other.tone] || one.order - other.order));
  say(byId('proxies-title'), proxies.length === 1 ? 'Proxy' : plural(proxies.length, 'proxy', 'proxies'));
}

function build(find) {
  const name = {
    title: 'Proxy',
    className: 'wide bare',
    create: (cell) => {
      const button = make('button', { type: 'button', class: 'link strong', title: 'Show its targets' });
      button.addEventListener('click', () => find(button.textContent, null));
      cell.append(button, make('span', { class: 'sub' }));
    },
    update: (cell, proxy) => {
      say(cell.firstChild, proxy.name);
      say(cell.lastChild, proxy.listen);
    },
  };
  const serving = {
    title: 'Targets that take connections',
    className: 'wide',
    create: (cell) => cell.append(make('span', {}), make('span', { class: 'meter', 'aria-hidden': 'true' }, ...TONES.map((tone) => make('span', { class: 'bar-fill', 'data-tone': tone })))),
    update: (cell, proxy) => {
      say(cell.firstChild, wordsOf(proxy));
      TONES.forEach((tone, index) => {
        cell.lastChild.children[index].style.width = `${(100 * proxy[tone]) / proxy.targets}%`;
      });
    },
  };
  const rates = {
    title: 'New connections',
    className: '',
    create: pace,
    update: (cell, proxy) => {
      showPace(cell, rate(proxy.isLive ? (proxy.rate?.last ?? null) : null, ' /s'), proxy.rate);
    },
  };
  return new Table(byId('proxy-table'), {
    caption: 'Proxies',
    columns: [name, serving, rates],
    perPage: 10,
    empty: 'No proxy is configured.',
    className: 'proxy-rows',
    keyOf: (proxy) => proxy.name,
    toneOf: (proxy) => proxy.tone,
  });
}

function wordsOf(proxy) {
  const more = [
    proxy.bad && `${proxy.bad} out of order`,
    proxy.warn && `${proxy.warn} on the way back`,
    proxy.note && `${proxy.note} out by hand`,
  ].filter(Boolean);
  return [`${proxy.taking} of ${proxy.targets}`, ...more].join(', ');
}
