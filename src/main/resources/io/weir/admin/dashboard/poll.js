// Asks the node how it is, again and again, and knows when it last answered.

import { get } from './api.js';
import { Rates } from './series.js';

const PERIOD_MS = 2000;
const LOST_MS = 6000;

/** Of a tab that nobody looks at; its title still tells. */
const HIDDEN_PERIOD_MS = 10000;
const HIDDEN_LOST_MS = 90000;

/** What has no generation of its own, or ages, is asked for at least so often. */
const SLOW_MS = 10000;

/** The configuration is large and seldom another. */
const CONFIG_MS = 30000;

/** What the node said last. */
export const seen = {
  status: null,
  traffic: null,
  health: [],
  drains: [],
  circuits: [],
  dns: [],
  listeners: new Map(),
  /** How the node stands among its peers; null: not asked yet. */
  cluster: null,
  /** Those of the cluster, by name. */
  nodes: {},
  /** When the cluster was last asked for, by the clock below. */
  clusterAt: 0,
  /** When the counters were read, by this page's own clock. */
  trafficAt: 0,
  /** When the targets were last asked for, by the same clock. */
  targetsAt: 0,
  targetRates: new Rates(),
  proxyRates: new Rates(),
  verdictRates: new Rates(),
};

let lastSeen = null;
let error = null;
let generation = null;
let listenersAt = -CONFIG_MS;
let clusterAskedAt = -CONFIG_MS;
let timer = null;
let round = null;

/** Since when there is no answer, in milliseconds; null while there are some. */
export function lostFor() {
  const silence = lastSeen === null ? null : performance.now() - lastSeen;
  return silence !== null && (error !== null || silence > (document.hidden ? HIDDEN_LOST_MS : LOST_MS)) ? silence : null;
}

export const lastError = () => error;

export const isKnown = () => lastSeen !== null;

/** @param told is called after each round; @param refused with what the node refuses to tell */
export function start(told, refused) {
  const again = async () => {
    clearTimeout(timer);
    round ??= ask().finally(() => (round = null));
    try {
      await round;
      error = null;
      lastSeen = performance.now();
    } catch (failed) {
      error = failed;
      if (failed.status === 401 || failed.status === 403) {
        refused(failed);
        return;
      }
    }
    told();
    clearTimeout(timer);
    timer = setTimeout(again, document.hidden ? HIDDEN_PERIOD_MS : PERIOD_MS);
  };
  document.addEventListener('visibilitychange', again);
  again();
  return again;
}

async function ask() {
  const [status, traffic] = await Promise.all([get('status'), get('traffic')]);
  const now = performance.now();
  const isOld = now - seen.targetsAt > SLOW_MS;
  if (generation !== status.generation || isOld || seen.drains.some((drain) => drain.status === 'draining')) {
    const [health, drains, circuits, dns] = await Promise.all(['health', 'drains', 'circuits', 'dns'].map(get));
    Object.assign(seen, { health, drains, circuits, dns, targetsAt: performance.now() });
    if (hasOthers(health) || now - listenersAt > CONFIG_MS) await askListeners(now);
  }
  if (isClustered() || now - clusterAskedAt > CONFIG_MS) await askCluster(now);
  generation = status.generation;
  Object.assign(seen, { status, traffic, trafficAt: now });
  count(now);
}

const isClustered = () => seen.cluster !== null && seen.cluster.status !== 'disabled';

async function askCluster(now) {
  clusterAskedAt = now;
  const [cluster, nodes] = await Promise.all([get('cluster/status'), get('cluster/nodes')]);
  Object.assign(seen, { cluster, nodes, clusterAt: performance.now() });
}

const hasOthers = (health) => health.some((proxy) => !seen.listeners.has(proxy['proxy-name']));

async function askListeners(now) {
  listenersAt = now;
  const config = await get('config');
  seen.listeners = new Map((config.proxies ?? []).map((proxy) => [proxy.name, listenerOf(proxy.listen ?? {})]));
}

function listenerOf(listen) {
  const address = listen.address ?? 'any address';
  const place = address.includes(':') ? `[${address}]:${listen.port}` : listen.address ? `${address}:${listen.port}` : `${address}, port ${listen.port}`;
  const protocols = (listen.protocols ?? ['tcp', 'udp']).join(' and ').toUpperCase().replace(' AND ', ' and ');
  return `${place} ${protocols}, on ${(listen.interfaces ?? []).join(', ')}`;
}

function count(now) {
  const proxies = new Map();
  for (const target of seen.traffic.targets) {
    proxies.set(target['proxy-name'], (proxies.get(target['proxy-name']) ?? 0) + target.opened);
  }
  seen.proxyRates.count(proxies, now);
  seen.targetRates.count(seen.traffic.targets.map((target) => [`${target['proxy-name']}|${target['target-id']}`, target.opened]), now);
  seen.verdictRates.count(seen.status.verdicts.map((verdict) => [verdict.reason, verdict.packets]), now);
}
