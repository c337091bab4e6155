// Numbers and times as people read them.

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const UNITS = ['', ' k', ' M', ' G', ' T', ' P'];

export const NOTHING = '–';

export function count(number) {
  return whole.format(number);
}

/** Three digits and a prefix. */
export function short(number) {
  let rest = Math.abs(number);
  let unit = 0;
  while (rest >= 9999.5 && unit < UNITS.length - 1) {
    rest /= 1000;
    unit++;
  }
  const digits = unit === 0 ? (rest < 10 && !Number.isInteger(rest) ? fine : whole) : rest < 100 ? fine : whole;
  return (number < 0 ? '−' : '') + digits.format(rest) + UNITS[unit];
}

/** @param rate a number, or null: not known */
export function rate(number, unit) {
  return number === null ? NOTHING : short(number) + unit;
}

export function bits(bytesPerSecond) {
  if (bytesPerSecond === null) return NOTHING;
  const text = short(bytesPerSecond * 8);
  return text + (text.includes(' ') ? 'b/s' : ' b/s');
}

export function plural(number, one, many = one + 's') {
  return `${count(number)} ${number === 1 ? one : many}`;
}

const UNBROKEN = '\u00a0';

export function span(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes < 1) return `${seconds}${UNBROKEN}s`;
  if (hours < 1) return `${minutes}${UNBROKEN}min`;
  if (hours < 24) return both(hours, 'h', minutes % 60, 'min');
  return both(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function both(number, unit, rest, smaller) {
  return `${number}${UNBROKEN}${unit}${rest ? ` ${rest}${UNBROKEN}${smaller}` : ''}`;
}

export function percent(part, all) {
  if (all <= 0) return '0 %';
  const share = (100 * part) / all;
  return share > 0 && share < 1 ? '<1 %' : `${Math.round(share)} %`;
}

/** The reader's time of day of an RFC 3339 moment. */
export function clock(moment) {
  const date = new Date(moment);
  return Number.isNaN(date.getTime()) ? '' : date.toLocaleTimeString('en-GB');
}
