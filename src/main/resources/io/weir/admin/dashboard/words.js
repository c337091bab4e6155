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

export function span(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  const days = Math.floor(hours / 24);
  return hours % 24 ? `${days} d ${hours % 24} h` : `${days} d`;
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
