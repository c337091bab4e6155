// The admin API, with the key that the reader typed. It stays in this tab: sessionStorage, never a cookie or an address.

const KEY = 'weir-key';
const PATIENCE_MS = 5000;
const ROOT = '/api/v1/';

export const hasKey = () => sessionStorage.getItem(KEY) !== null;
export const rememberKey = (key) => sessionStorage.setItem(KEY, key);
export const forgetKey = () => sessionStorage.removeItem(KEY);

/** The node answered, and said no. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The node did not answer. */
export class Silent extends Error {}

function headers(more) {
  return hasKey() ? { ...more, 'X-API-Key': sessionStorage.getItem(KEY) } : more;
}

async function send(path, options) {
  try {
    return await fetch(ROOT + path, { cache: 'no-store', credentials: 'omit', redirect: 'error', ...options });
  } catch (failed) {
    throw new Silent(failed.name === 'TimeoutError' ? `no answer within ${PATIENCE_MS / 1000} s` : 'cannot be reached');
  }
}

async function refusal(response) {
  let message = `HTTP ${response.status}`;
  try {
    const view = await response.json();
    message = [view.error, ...(view.details ?? []).map((detail) => `${detail.path}: ${detail.message}`)].join('; ');
  } catch {
    // no JSON: its status says it
  }
  return new Refused(response.status, message);
}

/** What the node answers, as an object. */
export async function call(method, path, body) {
  const response = await send(path, {
    method,
    headers: headers(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (!response.ok) throw await refusal(response);
  try {
    return await response.json();
  } catch {
    throw new Silent('its answer was cut off');
  }
}

export const get = (path) => call('GET', path);

/** A body that goes on: server-sent events. EventSource could not show the key. */
export async function stream(path, signal) {
  const response = await send(path, { headers: headers({ Accept: 'text/event-stream' }), signal });
  if (!response.ok) throw await refusal(response);
  return response.body.pipeThrough(new TextDecoderStream()).getReader();
}
