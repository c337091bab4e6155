// Puts together what the node says of each target, and finds the one word that says how it is.

/** How a target is, the worst first: each with a tone, a mark and where it belongs among the others. */
const STATES = {
  failing: ['bad', '✕', 'Failing, still used'],
  unresolved: ['bad', '✕', 'No address'],
  unreachable: ['bad', '✕', 'No interface'],
  unhealthy: ['bad', '✕', 'Unhealthy'],
  open: ['bad', '✕', 'Circuit open'],
  trial: ['warn', '▲', 'On trial'],
  recovering: ['warn', '▲', 'Recovering'],
  heldUp: ['warn', '▲', 'Held up'],
  draining: ['note', '◐', 'Draining'],
  drained: ['note', '◌', 'Drained'],
  heldOpen: ['note', '◌', 'Cut off by hand'],
  down: ['note', '◌', 'Set down'],
  serving: ['good', '●', 'Serving'],
};

const RANKS = Object.fromEntries(Object.keys(STATES).map((name, index) => [name, index]));

function state(name) {
  const [tone, mark, word] = STATES[name];
  return { name, tone, mark, word, rank: RANKS[name] };
}

function stateOf(target, drain, circuit) {
  const isFailing = target.status === 'unhealthy';
  if (target.forced === false) return state('down');
  if (drain && drain.status === 'draining') return state('draining');
  if (drain && drain.status !== 'cancelled') return state('drained');
  if (target.reason.startsWith('all targets failed')) return state('failing');
  if (circuit && circuit.state === 'open') return state(circuit.held ? 'heldOpen' : 'open');
  if (isFailing && target.forced !== true) return state('unhealthy');
  if (circuit && circuit.state === 'half-open') return state('trial');
  if (target.reason.startsWith('recovering')) return state('recovering');
  if (isFailing) return state('heldUp');
  if (target.reason.startsWith('unresolved')) return state('unresolved');
  if (target.reason.startsWith('no interface')) return state('unreachable');
  return state('serving');
}

const pair = (proxy, target) => `${proxy}|${target}`;

function byPair(list) {
  return new Map(list.map((one) => [pair(one['proxy-name'], one['target-id']), one]));
}

/** One row for each target of each group, in the order of the configuration. */
export function rowsOf(seen) {
  const drains = byPair(seen.drains);
  const circuits = byPair(seen.circuits);
  const traffic = byPair(seen.traffic.targets);
  const rows = [];
  for (const proxy of seen.health) {
    const name = proxy['proxy-name'];
    proxy.targets.forEach((target, index) => {
      const key = pair(name, target['target-id']);
      const drain = drains.get(key);
      const circuit = circuits.get(key);
      rows.push({
        key: `${key}|${target.source ?? ''}|${index}`,
        pair: key,
        proxy: name,
        group: pair(name, target.source ?? ''),
        source: target.source,
        target: target['target-id'],
        name: target.destination === target['target-id'] ? '' : target.destination,
        weight: target['effective-weight'],
        configured: target['original-weight'],
        reason: target.reason,
        status: target.status,
        forced: target.forced,
        error: target['last-error'],
        since: target['since-ms'],
        drain,
        circuit,
        active: traffic.get(key)?.volume.active ?? null,
        state: stateOf(target, drain, circuit),
        order: rows.length,
      });
    });
  }
  return rows;
}

/** What a target's row is found by. */
export function textOf(row) {
  return [row.target, row.name, row.proxy, row.source ?? '', row.reason, row.error, row.state.word].join('\n').toLowerCase();
}

export function groupsOf(rows) {
  const groups = new Map();
  for (const row of rows) {
    if (!groups.has(row.group)) groups.set(row.group, []);
    groups.get(row.group).push(row);
  }
  return [...groups.values()];
}

/** Whether somebody still gets new connections of a group, were this one not there. */
export function isLast(row, rows) {
  return row.weight > 0 && !rows.some((other) => other.group === row.group && other !== row && other.weight > 0);
}
