// What a counter did lately: rates from what it was each time we asked, and the line that shows them.

/** As many samples as a graph shows. */
export const LENGTH = 60;

/** Two polls were missed: what came meanwhile belongs to no moment. */
const GAP_MS = 7000;

export class Series {
  constructor() {
    this.values = [];
  }

  /** @param value null: not known */
  add(value) {
    this.values.push(value);
    if (this.values.length > LENGTH) this.values.shift();
  }

  get last() {
    return this.values.length ? this.values[this.values.length - 1] : null;
  }

  get peak() {
    return this.values.reduce((most, value) => Math.max(most, value ?? 0), 0);
  }
}

/** Rates a second of a counter. One that is less than before has begun anew. */
export class Rate extends Series {
  constructor() {
    super();
    this.before = null;
  }

  count(counter, now) {
    const before = this.before;
    this.before = { counter, now };
    const passed = before === null ? 0 : now - before.now;
    const isKnown = passed > 0 && passed < GAP_MS && counter >= before.counter;
    this.add(isKnown ? ((counter - before.counter) * 1000) / passed : null);
  }
}

/** Rates by key; those of keys that are no longer counted are forgotten. */
export class Rates {
  constructor() {
    this.all = new Map();
  }

  /** @param counters pairs of key and counter */
  count(counters, now) {
    const present = new Set();
    for (const [key, counter] of counters) {
      present.add(key);
      let rate = this.all.get(key);
      if (!rate) this.all.set(key, (rate = new Rate()));
      rate.count(counter, now);
    }
    for (const key of this.all.keys()) if (!present.has(key)) this.all.delete(key);
  }

  of(key) {
    return this.all.get(key) ?? null;
  }
}

const SVG = 'http://www.w3.org/2000/svg';
const HEIGHT = 24;

/** An empty graph. What it shows stands as text beside it. */
export function graph() {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'spark');
  svg.setAttribute('viewBox', `0 0 ${LENGTH - 1} ${HEIGHT}`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  for (const part of ['area', 'line']) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('class', part);
    svg.append(path);
  }
  return svg;
}

/** @param series null: nothing is known */
export function draw(svg, series) {
  const [area, line] = linesOf(series ? series.values : []);
  if (svg.firstChild.getAttribute('d') !== area) svg.firstChild.setAttribute('d', area);
  if (svg.lastChild.getAttribute('d') !== line) svg.lastChild.setAttribute('d', line);
}

/** From the right, the latest, to the left; where nothing is known, the line breaks. */
function linesOf(values) {
  const most = values.reduce((peak, value) => Math.max(peak, value ?? 0), 0) || 1;
  const shift = LENGTH - values.length;
  let area = '';
  let line = '';
  let from = -1;
  values.forEach((value, index) => {
    if (value === null) {
      from = -1;
      return;
    }
    const x = index + shift;
    const point = `${x} ${(HEIGHT - 1.5 - (value / most) * (HEIGHT - 3)).toFixed(2)}`;
    const isFirst = from < 0;
    if (isFirst) from = x;
    line += (isFirst ? 'M' : 'L') + point;
    area += (isFirst ? `M${x} ${HEIGHT}L` : 'L') + point;
    const isLast = index === values.length - 1 || values[index + 1] === null;
    if (isLast) area += `L${x} ${HEIGHT}Z`;
  });
  return [area, line];
}
