/** ISO 7064: an IBAN is a number that leaves 1 when it is divided by this, with letters as numbers from 10. */
export const modulus = 97;
/** The remainders of powers of 10 come again after so many. */
const period = 96;
const powers = new Uint8Array(period);
for (let k = 0, power = 1; k < period; k += 1, power = (power * 10) % modulus) powers[k] = power;

/** By a character of ASCII. */
const values = Int8Array.from({ length: 128 }, (_, code) => {
  const value = Number.parseInt(String.fromCharCode(code), 36);
  return Number.isNaN(value) ? -1 : value;
});

/** Of a digit, or of a letter: 10 for A. Negative for all else. */
export function valueOf(code: number): number {
  return code < values.length ? (values[code] ?? -1) : -1;
}

/**
 * The letters and digits of a text from some place on, one space or hyphen at most between any two, and the remainders of
 * what stands before each. So each is read once, whatever number of IBANs may begin before it: in `DE89 DE89 ...` those
 * are seven.
 */
export interface Remainders {
  readonly text: string;
  /** Where each stands. */
  places: Int32Array;
  /** What all before each leave. */
  rests: Uint8Array;
  /** Decimal digits of all before each, modulo the period. */
  digits: Uint8Array;
  /** So many have been read. */
  count: number;
  /** Where the next is looked for. */
  next: number;
  isOver: boolean;
  /** Of the last place that was asked for. */
  current: number;
}

/** In characters: longer ones get places of their own, which go with the text. */
const usually = 128;
const places = new Int32Array(usually);
const rests = new Uint8Array(usually + 1);
const digits = new Uint8Array(usually + 1);

/** Of a text; those of the text before are over with it. */
export function remaindersOf(text: string): Remainders {
  return { text, places, rests, digits, count: 0, next: 0, isOver: true, current: 0 };
}

/** Which one stands at this place; places are asked for in order. */
export function indexAt(all: Remainders, place: number): number {
  if (place >= all.next) {
    all.count = 0;
    all.current = 0;
    all.next = place;
    all.isOver = false;
  }
  while (all.current < all.count && (all.places[all.current] ?? 0) < place) all.current += 1;
  return all.current;
}

/** Reads on until there are so many of them; false where there are not. */
export function hasRead(all: Remainders, count: number): boolean {
  while (all.places.length < count) grow(all);
  const { text, places, rests, digits } = all;
  let { count: at, next } = all;
  while (at < count && !all.isOver) {
    let value = valueOf(text.charCodeAt(next));
    if (value < 0 && isGap(text.charCodeAt(next))) value = valueOf(text.charCodeAt(++next));
    if (value < 0) all.isOver = true;
    else {
      places[at] = next;
      rests[at + 1] = ((rests[at] ?? 0) * (value > 9 ? 100 : 10) + value) % modulus;
      digits[at + 1] = ((digits[at] ?? 0) + (value > 9 ? 2 : 1)) % period;
      at += 1;
      next += 1;
    }
  }
  all.count = at;
  all.next = next;
  return at >= count;
}

/** What those from one to before another leave as one number. */
export function restOf({ rests, digits }: Remainders, from: number, to: number): number {
  const before = (rests[from] ?? 0) * powerOf((digits[to] ?? 0) - (digits[from] ?? 0));
  const rest = (rests[to] ?? 0) - (before % modulus);
  return rest < 0 ? rest + modulus : rest;
}

/** What is multiplied with to put those from one to before another behind. */
export function shiftOf({ digits }: Remainders, from: number, to: number): number {
  return powerOf((digits[to] ?? 0) - (digits[from] ?? 0));
}

function powerOf(exponent: number): number {
  return powers[exponent < 0 ? exponent + period : exponent] ?? 0;
}

function isGap(code: number): boolean {
  return code === 0x20 || code === 0x2d;
}

function grow(all: Remainders): void {
  const length = 2 * all.places.length;
  const { places, rests, digits } = all;
  all.places = new Int32Array(length);
  all.rests = new Uint8Array(length + 1);
  all.digits = new Uint8Array(length + 1);
  all.places.set(places);
  all.rests.set(rests);
  all.digits.set(digits);
}
