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

/** No IBAN is longer than this many characters; so many of those read last are known, a power of 2. */
const known = 64;
const last = known - 1;

/**
 * The letters and digits of a text from some place on, one space or hyphen at most between any two, and the remainders of
 * what stands before each. So each is read once, whatever number of IBANs may begin before it: in `DE89 DE89 ...` those
 * are seven.
 */
export class Remainders {
  #units: Uint16Array = new Uint16Array();
  /** By number, modulo `known`: where each stands, what all before it leave, and their decimal digits, modulo the period. */
  readonly #places = new Int32Array(known);
  readonly #rests = new Uint8Array(known);
  readonly #digits = new Uint8Array(known);
  /** So many have been read. */
  #count = 0;
  /** Where the next is looked for. */
  #next = 0;
  #isOver = true;
  /** Of the last place that was asked for. */
  #current = 0;

  /** Of a text: those of the one before are over with it. */
  begin(units: Uint16Array): void {
    this.#units = units;
    this.#count = 0;
    this.#next = 0;
    this.#isOver = true;
    this.#current = 0;
  }

  /** Which one stands at this place; places are asked for in order. */
  indexAt(place: number): number {
    if (place >= this.#next) {
      this.#count = 0;
      this.#current = 0;
      this.#next = place;
      this.#isOver = false;
    }
    while (this.#current < this.#count && (this.#places[this.#current & last] ?? 0) < place)
      this.#current += 1;
    return this.#current;
  }

  placeOf(index: number): number {
    return this.#places[index & last] ?? 0;
  }

  /** Reads on until there are so many of them; false where there are not. */
  hasRead(count: number): boolean {
    const units = this.#units;
    for (; this.#count < count && !this.#isOver; this.#next += 1) {
      let value = valueOf(units[this.#next] ?? 0);
      if (value < 0 && isGap(units[this.#next] ?? 0)) {
        this.#next += 1;
        value = valueOf(units[this.#next] ?? 0);
      }
      if (value < 0) this.#isOver = true;
      else this.#add(value);
    }
    return this.#count >= count;
  }

  #add(value: number): void {
    const [at, behind] = [this.#count & last, (this.#count + 1) & last];
    this.#places[at] = this.#next;
    this.#rests[behind] = ((this.#rests[at] ?? 0) * (value > 9 ? 100 : 10) + value) % modulus;
    this.#digits[behind] = ((this.#digits[at] ?? 0) + (value > 9 ? 2 : 1)) % period;
    this.#count += 1;
  }

  /** What those from one to before another leave as one number. */
  restOf(from: number, to: number): number {
    const before = (this.#rests[from & last] ?? 0) * this.shiftOf(from, to);
    const rest = (this.#rests[to & last] ?? 0) - (before % modulus);
    return rest < 0 ? rest + modulus : rest;
  }

  /** What is multiplied with to put those from one to before another behind. */
  shiftOf(from: number, to: number): number {
    const exponent = (this.#digits[to & last] ?? 0) - (this.#digits[from & last] ?? 0);
    return powers[exponent < 0 ? exponent + period : exponent] ?? 0;
  }
}

function isGap(code: number): boolean {
  return code === 0x20 || code === 0x2d;
}
