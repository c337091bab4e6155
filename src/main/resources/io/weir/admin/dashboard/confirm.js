// Nothing is changed without a question, which says what will come of it.

import { byId, say, show } from './dom.js';
import { call } from './api.js';
import { isLast } from './model.js';
import { plural } from './words.js';

let asked = null;

/** @param done is called when something was changed */
export function start(done) {
  byId('confirm-no').addEventListener('click', () => byId('confirm').close());
  byId('confirm-form').addEventListener('submit', (event) => {
    event.preventDefault();
    carryOut(done);
  });
}

export function ask(row, action, rows) {
  asked = { row, action };
  const isDrain = action === 'drain';
  const elsewhere = new Set(rows.filter((other) => other.target === row.target && other.proxy !== row.proxy).map((other) => other.proxy));
  say(byId('confirm-title'), `${isDrain ? 'Drain' : 'Undrain'} ${row.target} in ${row.proxy}?`);
  say(
    byId('confirm-text'),
    isDrain
      ? `It gets no new connections. ${row.active ? `Its ${plural(row.active, 'connection goes', 'connections go')} on.` : 'It has no connections now.'}`
      : 'It gets its share of new connections again.',
  );
  const caution = byId('confirm-caution');
  show(caution, isDrain && isLast(row, rows));
  say(caution, `Nobody else of ${row.source ? `${row.proxy} for clients of ${row.source}` : row.proxy} takes new connections: they will be dropped.`);
  show(byId('confirm-wide'), elsewhere.size > 0);
  say(byId('confirm-wide').lastElementChild, `also in ${[...elsewhere].join(', ')}`);
  byId('confirm-everywhere').checked = false;
  say(byId('confirm-error'), '');
  say(byId('confirm-yes'), isDrain ? 'Drain' : 'Undrain');
  byId('confirm').showModal();
  byId('confirm-no').focus();
}

async function carryOut(done) {
  const { row, action } = asked;
  const everywhere = byId('confirm-everywhere').checked;
  const button = byId('confirm-yes');
  button.disabled = true;
  try {
    if (action === 'drain') {
      await call('POST', 'drains', everywhere ? { target: row.target } : { target: row.target, proxy: row.proxy });
    } else {
      const only = everywhere ? '' : `?proxy=${encodeURIComponent(row.proxy)}`;
      await call('DELETE', `drains/${encodeURIComponent(row.target)}${only}`);
    }
    byId('confirm').close();
    done();
  } catch (failed) {
    say(byId('confirm-error'), `That did not work: ${failed.message}`);
  } finally {
    button.disabled = false;
  }
}
