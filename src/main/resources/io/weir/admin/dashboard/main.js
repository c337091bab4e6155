// Puts the parts of the page together.

import { byId, mark, say, show } from './dom.js';
import { forgetKey, get, hasKey, rememberKey, Silent } from './api.js';
import * as aside from './aside.js';
import * as cluster from './cluster.js';
import * as confirm from './confirm.js';
import * as events from './events.js';
import { rowsOf } from './model.js';
import * as path from './path.js';
import * as poll from './poll.js';
import * as problems from './problems.js';
import * as proxies from './proxies.js';
import * as targets from './targets.js';
import * as tiles from './tiles.js';
import { plural, span } from './words.js';

const TICK_MS = 1000;
const RETRY_MS = 2000;
const EVENT_PAUSE_MS = 250;
const WHY = 'weir-why';

let act = null;
let again = () => {};
let counted = null;

function pulse(tone, text) {
  mark(byId('pulse'), 'data-tone', tone);
  say(byId('pulse-text'), text);
}

/** Opens the page with the key there is, or asks for one. */
async function open() {
  let access;
  try {
    access = await get('access');
  } catch (failed) {
    if (failed instanceof Silent) {
      pulse('bad', `The node ${failed.message}`);
      setTimeout(open, RETRY_MS);
    } else {
      askForKey(hasKey() ? failed.message : whyLeft());
    }
    return;
  }
  show(byId('sign-in'), false);
  show(byId('board'), true);
  show(byId('forget'), hasKey());
  say(byId('rights'), access.change ? 'may change' : 'may only read');
  act = access.change ? (row, action) => confirm.ask(row, action, poll.seen.rows) : null;
  targets.start(act);
  confirm.start(() => again());
  again = poll.start(told, (refusal) => leave(refusal.message));
  events.listen(heard);
  setInterval(render, TICK_MS);
}

function askForKey(why) {
  pulse('none', 'locked');
  show(byId('sign-in'), true);
  say(byId('key-error'), why);
  byId('key').focus();
}

/** The page begins anew: nothing of what was shown stays, but why. */
function leave(why) {
  forgetKey();
  sessionStorage.setItem(WHY, why);
  location.reload();
}

function whyLeft() {
  const why = sessionStorage.getItem(WHY) ?? '';
  sessionStorage.removeItem(WHY);
  return why;
}

let soon = null;

function heard(event) {
  events.add(event);
  soon ??= setTimeout(() => {
    soon = null;
    again();
  }, EVENT_PAUSE_MS);
}

function told() {
  if (poll.isKnown() && counted !== poll.seen.traffic) {
    counted = poll.seen.traffic;
    tiles.sample(counted, poll.seen.trafficAt);
  }
  render();
}

function render() {
  const lost = poll.lostFor();
  const isLive = poll.isKnown() && lost === null;
  if (!poll.isKnown()) {
    if (poll.lastError()) pulse('bad', `The node ${poll.lastError().message}`);
    return;
  }
  const start = performance.now();
  const seen = poll.seen;
  mark(byId('board'), 'data-lost', isLive ? null : '');
  show(byId('lost'), !isLive);
  if (isLive) {
    pulse('good', 'Live');
    say(byId('lost'), '');
  } else {
    pulse('bad', `Lost, last seen ${span(lost)} ago`);
    say(byId('lost'), 'The node does not answer. What is shown is what it said last; connections may well go on.');
  }
  seen.rows = rowsOf(seen);
  for (const row of seen.rows) row.rate = seen.targetRates.of(row.pair);
  const bad = problems.render(seen, isLive, targets.find);
  tiles.render(isLive);
  aside.render(seen, isLive, act);
  cluster.render(seen);
  proxies.render(seen, isLive, targets.find);
  targets.render(seen, isLive);
  path.render(seen, isLive);
  say(byId('about'), `${seen.status.version}, up ${span(seen.status['uptime-ms'])}, ${plural(seen.status.proxies, 'proxy', 'proxies')}, ${plural(seen.status.targets, 'target')}`);
  document.title = isLive ? (bad ? `(${bad}) Weir` : 'Weir') : 'Lost: Weir';
  performance.clearMeasures('render');
  performance.measure('render', { start, end: performance.now() });
}

byId('key-form').addEventListener('submit', (event) => {
  event.preventDefault();
  rememberKey(byId('key').value);
  byId('key').value = '';
  open();
});
byId('forget').addEventListener('click', () => leave(''));
open();
