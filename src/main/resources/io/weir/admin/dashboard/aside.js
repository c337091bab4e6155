// Drains and how far they are, and circuits that are not closed. Neither is there while there is nothing to say.

import { byId, keep, make, mark, say, show } from './dom.js';
import { isDrained } from './targets.js';
import { plural, span } from './words.js';

const SHOWN = 24;

/** @param act as of the targets' table; null: nothing can be changed */
export function render(seen, isLive, act) {
  const aged = performance.now() - seen.targetsAt;
  const drained = unique(seen.rows.filter(isDrained));
  drained.sort((one, other) => (one.state.name === 'draining' ? 0 : 1) - (other.state.name === 'draining' ? 0 : 1));
  show(byId('drains'), drained.length > 0);
  say(byId('drains-title'), drained.length > SHOWN ? `Drains: ${SHOWN} of ${drained.length}` : 'Drains');
  keep(byId('drain-list'), drained.slice(0, SHOWN), (row) => row.pair, (row) => drainItem(row, act), (element, row) => fillDrain(element, row, aged, isLive));
  const open = unique(seen.rows.filter((row) => row.circuit && row.circuit.state !== 'closed'));
  show(byId('circuits'), open.length > 0);
  keep(byId('circuit-list'), open.slice(0, SHOWN), (row) => row.pair, circuitItem, (element, row) => fillCircuit(element, row, aged));
}

/** A target may be in several groups of its proxy; it has one drain and one circuit there. */
function unique(rows) {
  return [...new Map(rows.map((row) => [row.pair, row])).values()];
}

function drainItem(row, act) {
  const progress = make('div', { class: 'meter', role: 'progressbar', 'aria-valuemin': '0', 'aria-valuemax': '100', 'aria-label': `Drain of ${row.target} in ${row.proxy}` }, make('span', { class: 'bar-fill' }));
  const head = make('div', { class: 'line' }, make('span', { class: 'strong' }, `${row.target} in ${row.proxy}`));
  const item = make('li', {}, head, progress, make('div', { class: 'line' }, make('span', { class: 'muted' }), make('span', { class: 'strong' })));
  if (act) {
    const button = make('button', { type: 'button', 'aria-label': `Undrain ${row.target} in ${row.proxy}` }, 'Undrain');
    button.addEventListener('click', () => act(item.row, 'undrain'));
    head.append(button);
  }
  return item;
}

const ENDS = { completed: 'drained', timeout: 'time is over' };

function fillDrain(element, row, aged, isLive) {
  const drain = row.drain;
  const goesOn = drain.status === 'draining';
  const left = drain['current-connections'];
  const gone = drain['initial-connections'] > 0 ? Math.max(0, 1 - left / drain['initial-connections']) : 1;
  const percent = Math.floor(100 * (drain.status === 'completed' ? 1 : gone));
  const [head, progress, foot] = element.children;
  element.row = row;
  mark(element, 'data-tone', drain.status === 'timeout' ? 'warn' : goesOn ? 'note' : 'good');
  say(foot.lastChild, goesOn ? `${percent} %` : ENDS[drain.status]);
  mark(progress, 'aria-valuenow', String(percent));
  progress.firstChild.style.width = `${percent}%`;
  const elapsed = drain['elapsed-ms'] + (goesOn && isLive ? aged : 0);
  const time = goesOn ? `${span(elapsed)} of ${span(drain['timeout-ms'])}` : `took ${span(elapsed)}`;
  const uncounted = drain['uncounted-peers'].length > 0 ? ` (without those at ${drain['uncounted-peers'].join(', ')}, not counted yet)` : '';
  say(foot.firstChild, `${plural(left, 'connection')} left of ${drain['initial-connections']}${uncounted}, ${time}`);
  if (head.childElementCount > 1) head.lastChild.disabled = !isLive;
}

function circuitItem(row) {
  return make('li', {}, make('div', { class: 'line' }, make('span', { class: 'strong' }, `${row.target} in ${row.proxy}`), make('span', {})), make('span', {}), make('span', { class: 'muted' }));
}

function fillCircuit(element, row, aged) {
  const circuit = row.circuit;
  const [head, why, since] = element.children;
  mark(element, 'data-tone', circuit.held ? 'note' : circuit.state === 'open' ? 'bad' : 'warn');
  say(head.lastChild, circuit.held ? 'open, by hand' : circuit.state);
  say(why, circuit.why);
  say(since, circuit['since-ms'] === null ? '' : `for ${span(circuit['since-ms'] + aged)}`);
}
