// The table of targets: search, states, order, and what an operator can do with one.

import { byId, make, mark, say } from './dom.js';
import { textOf } from './model.js';
import { Table, lines, pace, showPace } from './table.js';
import { NOTHING, count, rate, span } from './words.js';

const CHIPS = [
  ['', 'All'],
  ['bad', 'Out of order'],
  ['warn', 'To watch'],
  ['note', 'Out by hand'],
  ['good', 'Serving'],
];

const ORDERS = [
  ['worst', 'worst first', (one, other) => one.state.rank - other.state.rank],
  ['config', 'as configured', () => 0],
  ['active', 'most connections', (one, other) => (other.active ?? -1) - (one.active ?? -1)],
  ['rate', 'most new connections', (one, other) => (other.rate?.last ?? -1) - (one.rate?.last ?? -1)],
  ['name', 'address', (one, other) => one.target.localeCompare(other.target, 'en', { numeric: true })],
];

const wanted = { text: '', tone: '', order: 'worst' };
let table = null;
let latest = null;
let chips = [];

/** @param act is called with a row and 'drain' or 'undrain'; null: nothing can be changed */
export function start(act) {
  table = new Table(byId('target-table'), {
    caption: 'Targets',
    columns: columns(act),
    perPage: 25,
    empty: 'No target is so.',
    className: 'target-rows',
    keyOf: (row) => row.key,
    toneOf: (row) => row.state.tone,
  });
  byId('order').replaceChildren(...ORDERS.map(([value, title]) => make('option', { value }, title)));
  chips = CHIPS.map(([tone, title]) => {
    const button = make('button', { type: 'button', 'data-chip': tone || 'all' }, title, make('span', { class: 'count' }));
    button.addEventListener('click', () => choose({ tone }));
    return button;
  });
  byId('chips').replaceChildren(...chips);
  byId('find').addEventListener('input', (event) => choose({ text: event.target.value }));
  byId('order').addEventListener('change', (event) => choose({ order: event.target.value }));
  byId('target-tools').addEventListener('submit', (event) => event.preventDefault());
}

function choose(change) {
  Object.assign(wanted, change);
  table.first();
  if (latest) render(latest.seen, latest.isLive);
}

/** Shows what has this text and tone, and goes there. */
export function find(text, tone) {
  byId('find').value = text;
  choose({ text, tone: tone ?? '' });
  byId('targets').focus({ preventScroll: true });
  byId('targets').scrollIntoView({ block: 'start' });
}

export function render(seen, isLive) {
  latest = { seen, isLive };
  const text = wanted.text.trim().toLowerCase();
  const found = text ? seen.rows.filter((row) => textOf(row).includes(text)) : seen.rows;
  CHIPS.forEach(([tone], index) => {
    mark(chips[index], 'aria-pressed', String(tone === wanted.tone));
    say(chips[index].lastChild, count(tone ? found.filter((row) => row.state.tone === tone).length : found.length));
  });
  const order = ORDERS.find(([name]) => name === wanted.order)[2];
  const aged = performance.now() - seen.targetsAt;
  const rows = found
    .filter((row) => !wanted.tone || row.state.tone === wanted.tone)
    .sort((one, other) => order(one, other) || one.order - other.order);
  rows.forEach((row) => {
    row.aged = aged;
    row.isLive = isLive;
  });
  table.show(rows);
}

function columns(act) {
  const state = {
    title: 'State',
    className: '',
    create: (cell) => cell.append(make('span', { class: 'badge' }, make('span', { 'aria-hidden': 'true' }), make('span', {})), make('span', { class: 'sub' })),
    update: (cell, row) => {
      mark(cell.firstChild, 'data-tone', row.state.tone);
      say(cell.firstChild.firstChild, row.state.mark);
      say(cell.firstChild.lastChild, row.state.word);
      const since = row.circuit?.['since-ms'] ?? null; // of its health, the column beside says it
      say(cell.lastChild, since === null ? '' : `for ${span(since + row.aged)}`);
    },
  };
  const target = lines('Target', 'where wide bare', (row) => row.target, (row) => row.name, (row) => (row.source ? `${row.proxy}, clients of ${row.source}` : row.proxy));
  const weight = lines('Weight', 'number', (row) => count(row.weight), (row) => (row.weight === row.configured ? '' : `configured ${count(row.configured)}`));
  const rates = {
    title: 'New connections',
    className: '',
    create: pace,
    update: (cell, row) => {
      showPace(cell, rate(row.isLive ? (row.rate?.last ?? null) : null, ' /s'), row.rate);
    },
  };
  const open = lines('Connections', 'number', (row) => (row.active === null || !row.isLive ? NOTHING : count(row.active)));
  const reason = lines('Reason for the weight', 'why wide', (row) => row.reason);
  const health = lines('Health', 'well wide', healthOf, errorOf);
  return [target, state, weight, reason, health, open, rates, ...(act ? [actions(act)] : [])];
}

function healthOf(row) {
  const word = row.status === 'unknown' ? 'not checked' : row.status;
  const since = row.since === null ? '' : ` for ${span(row.since + row.aged)}`;
  return row.forced === null ? word + since : `set ${row.forced ? 'up' : 'down'} by hand; checks say ${word}`;
}

function errorOf(row) {
  if (!row.error) return '';
  return row.status === 'unhealthy' ? row.error : `last error: ${row.error}`;
}

/** A drain that is over still keeps the target from its weight, until it is undone. */
export const isDrained = (row) => row.drain !== undefined && row.drain.status !== 'cancelled';

function actions(act) {
  return {
    title: 'Change',
    className: 'do wide bare',
    create: (cell) => {
      const button = make('button', { type: 'button' });
      button.addEventListener('click', () => act(cell.row, isDrained(cell.row) ? 'undrain' : 'drain'));
      cell.append(button);
    },
    update: (cell, row) => {
      cell.row = row;
      const word = isDrained(row) ? 'Undrain' : 'Drain';
      say(cell.firstChild, word);
      mark(cell.firstChild, 'aria-label', `${word} ${row.target} in ${row.proxy}`);
      cell.firstChild.disabled = !row.isLive;
    },
  };
}
