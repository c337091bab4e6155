// What is wrong, the worst first, each with why and what to do: the first thing to be read at night.

import { byId, keep, make, mark, say, show } from './dom.js';
import { groupsOf } from './model.js';
import { OUTCOMES, REASONS, meaningOf, toneOf } from './reasons.js';
import { plural, short, span } from './words.js';

const SHOWN = 6;
const CAUSES = 3;
const RANKS = { bad: 0, warn: 1, note: 2 };
const MARKS = { bad: '✕', warn: '▲', note: '◌' };
const NEARLY_FULL = 0.9;

function* ofNode(seen) {
  const status = seen.status;
  if (!status.synchronised) {
    yield problem('bad', 'node', 'The data path does not hold all that is wanted', status['last-error'] ?? 'a change is under way');
  } else if (status['last-error']) {
    yield problem('warn', 'node', 'Something went wrong and has not come right', status['last-error']);
  }
  for (const hook of status.interfaces.filter((one) => one.mode === null)) {
    const isBad = hook.purposes.includes('listen');
    yield problem(isBad ? 'bad' : 'warn', `hook ${hook.name}`, `${hook.name} is not attached`, hook.why);
  }
  for (const [name, table] of Object.entries(seen.traffic.tables)) {
    const share = table.capacity > 0 ? table.entries / table.capacity : 0;
    if (name === 'flows' && share >= NEARLY_FULL) {
      yield problem('warn', 'full', `The flow table is ${Math.floor(share * 100)} % full`, REASONS.table_full[1]);
    }
  }
  for (const name of seen.dns.filter((one) => one['last-error'])) {
    yield problem('warn', `name ${name.hostname}`, `${name.hostname} does not resolve`, name['last-error']);
  }
}

function* ofCluster(seen) {
  const cluster = seen.cluster;
  if (cluster === null || cluster.status === 'disabled') return;
  if (cluster.trouble !== null) {
    const isOut = cluster.status === 'stood-back';
    const title = isOut ? 'This node takes no part in the cluster' : 'This node is alone in the cluster';
    yield problem(isOut ? 'bad' : 'warn', 'cluster', title, cluster.trouble);
  }
  for (const [name, node] of Object.entries(seen.nodes)) {
    const since = node['since-ms'];
    if (node.state === 'dead') yield { ...problem('warn', `node ${name}`, `${name} is dead`, `was at ${node.address}; what it carried goes on at its peers`), since };
    if (node.state === 'suspected') yield { ...problem('warn', `node ${name}`, `${name} does not answer`, `at ${node.address}`), since };
    if (node.state === 'alive' && !node['in-sync']) yield problem('warn', `node ${name}`, `${name} is not in sync`, 'not all of its facts and connections are known here yet');
  }
}

function* ofPackets(seen) {
  for (const verdict of seen.status.verdicts) {
    const now = seen.verdictRates.of(verdict.reason)?.last ?? 0;
    const tone = toneOf(verdict);
    if (now > 0 && tone !== null) {
      const title = `${verdict.reason}: ${short(now)} packets a second ${OUTCOMES[verdict.verdict] ?? verdict.verdict}`;
      yield { ...problem(tone, `packets ${verdict.reason}`, title, ''), advice: meaningOf(verdict) };
    }
  }
}

function* ofGroups(seen) {
  for (const rows of groupsOf(seen.rows)) {
    const { proxy, source } = rows[0];
    const where = source ? `${proxy}, clients of ${source}` : proxy;
    if (rows.every((row) => row.weight === 0)) {
      yield { ...problem('bad', `none ${rows[0].group}`, `${where}: nobody takes new connections`, `all ${plural(rows.length, 'target')} are out`), find: proxy };
    } else if (rows.some((row) => row.state.name === 'failing')) {
      const causes = [...new Set(rows.map(causeOf).filter(Boolean))].slice(0, CAUSES).join('; ');
      const title = `${where}: all targets fail, and keep their weights because none is better`;
      yield { ...problem('bad', `all ${rows[0].group}`, title, causes), find: proxy };
    }
  }
}

/** What each target's row says of itself; many with the same trouble are one problem. */
function* ofTargets(seen) {
  const alike = new Map();
  for (const row of seen.rows) {
    if (row.state.tone === 'good' || row.state.name === 'failing') continue;
    const key = `${row.proxy}|${row.state.name}|${causeOf(row)}`;
    if (!alike.has(key)) alike.set(key, []);
    alike.get(key).push(row);
  }
  for (const [key, rows] of alike) {
    const row = rows[0];
    const what = rows.length === 1 ? `${row.target} in ${row.proxy}` : `${plural(rows.length, 'target')} of ${row.proxy}`;
    const since = rows.map(sinceOf).reduce((longest, one) => (one === null ? longest : Math.max(longest ?? 0, one)), null);
    yield { ...problem(row.state.tone, key, `${what}: ${row.state.word.toLowerCase()}`, causeOf(row)), since, find: rows.length === 1 ? row.target : `${row.proxy}`, state: row.state.tone };
  }
}

function causeOf(row) {
  const isCutOff = row.circuit !== undefined && row.circuit.state !== 'closed';
  if (row.state.name === 'open' || row.state.name === 'trial' || (row.state.name === 'failing' && isCutOff)) return row.circuit.why;
  if (['failing', 'unhealthy', 'heldUp'].includes(row.state.name)) return row.error;
  return row.state.name === 'recovering' ? row.reason : '';
}

/** @return since when a target is as it is, in milliseconds; null: not known */
function sinceOf(row) {
  if (row.state.name === 'open' || row.state.name === 'heldOpen' || row.state.name === 'trial') return row.circuit['since-ms'];
  return ['failing', 'unhealthy', 'heldUp', 'recovering'].includes(row.state.name) ? row.since : null;
}

function problem(tone, key, title, why) {
  return { tone, key, title, why, since: null, advice: '', find: null, state: null };
}

function problemsOf(seen) {
  return [...ofNode(seen), ...ofCluster(seen), ...ofGroups(seen), ...ofPackets(seen), ...ofTargets(seen)].sort(
    (one, other) => RANKS[one.tone] - RANKS[other.tone],
  );
}

function headline(problems, rows) {
  const bad = problems.filter((one) => one.tone === 'bad').length;
  const warn = problems.filter((one) => one.tone === 'warn').length;
  if (bad) return ['bad', `${plural(bad, 'thing')} wrong${warn ? `, ${warn} to watch` : ''}`];
  if (warn) return ['warn', `${plural(warn, 'thing')} to watch, nothing is down`];
  const aside = rows.filter((row) => row.state.tone === 'note').length;
  if (aside) return ['good', `Nothing is wrong; ${plural(aside, 'target is', 'targets are')} out by an operator’s word`];
  return ['good', rows.length === 1 ? 'Nothing is wrong: the one target serves' : `Nothing is wrong: all ${plural(rows.length, 'target')} serve`];
}

let all = false;

/** @param find shows targets by a text and a tone */
export function render(seen, isLive, find) {
  const problems = problemsOf(seen);
  const [tone, title] = headline(problems, seen.rows);
  mark(byId('problems'), 'data-tone', tone);
  say(byId('problems-title'), isLive ? title : `It said last: ${title}`);
  const aged = performance.now() - seen.targetsAt;
  const shown = all ? problems : problems.slice(0, SHOWN);
  keep(byId('problem-list'), shown, (one) => one.key, (one) => item(one, find), (element, one) => fill(element, one, aged));
  const more = byId('more-problems');
  show(more, problems.length > SHOWN);
  say(more, all ? 'Show fewer' : `Show ${problems.length - SHOWN} more`);
  more.onclick = () => {
    all = !all;
    render(seen, isLive, find);
  };
  return bad(problems);
}

const bad = (problems) => problems.filter((one) => one.tone === 'bad').length;

function item(one, find) {
  const title = one.find === null ? make('span', { class: 'title' }) : make('button', { type: 'button', class: 'link title' });
  if (one.find !== null) title.addEventListener('click', () => find(one.find, one.state));
  return make(
    'li',
    {},
    make('span', { class: 'mark', 'aria-hidden': 'true' }),
    title,
    make('span', { class: 'since' }),
    make('span', { class: 'why' }),
    make('span', { class: 'advice' }),
  );
}

function fill(element, one, aged) {
  const [symbol, title, since, why, advice] = element.children;
  mark(element, 'data-tone', one.tone);
  say(symbol, MARKS[one.tone]);
  say(title, one.title);
  say(since, one.since === null ? '' : `for ${span(one.since + aged)}`);
  say(why, one.why ?? '');
  say(advice, one.advice);
}
