import type { Units } from './units.ts';

/** What becomes of a character, where it is not the number of what is written instead: it stays; it goes, as one with the next. */
export const [stays, goes, ofOnce] = [1, 2, 3];
const unasked = 0;

const codePoints = 0x110000;
const [lineFeed, carriageReturn] = [0x0a, 0x0d];
const [firstHalf, lastHalf] = [0xd800, 0xdfff];

/** What becomes of each character, and how it is written. */
export class RewritingTable {
  readonly #of: (code: number) => string | undefined;
  readonly #joinsBreaks: boolean;
  /** By code point; pages of it that are never looked at take no memory. */
  readonly numbers: Uint16Array = new Uint16Array(codePoints);
  readonly #known = new Map<string, number>();
  /** All that is written, in one, and by its number where each begins. */
  #units = new Uint16Array();
  readonly #begins = [0, 0, 0, 0];

  constructor(of: (code: number) => string | undefined, once: string, joinsBreaks: boolean) {
    this.#of = of;
    this.#joinsBreaks = joinsBreaks;
    this.#keep(once);
  }

  /** Where that ends which stays as it is. */
  endOfStaying(text: string, from: number): number {
    const { numbers } = this;
    const { length } = text;
    let at = from;
    while (at < length) {
      const unit = text.charCodeAt(at);
      if (numbers[unit] === stays) at += 1;
      else {
        const code = text.codePointAt(at) ?? unit;
        if (this.numberAt(text, at, code) !== stays) return at;
        at += code > 0xffff ? 2 : 1;
      }
    }
    return length;
  }

  /** What becomes of the character that stands there. */
  numberAt(text: string, at: number, code: number): number {
    if (code === carriageReturn && this.#joinsBreaks && text.charCodeAt(at + 1) === lineFeed) return goes;
    const number = this.numbers[code] ?? stays;
    return number === unasked ? this.#ask(code) : number;
  }

  write(written: Units, number: number): void {
    written.add(this.#units, this.#begins[number] ?? 0, this.#begins[number + 1] ?? 0);
  }

  #ask(code: number): number {
    const text = this.#of(code);
    const number = text === undefined ? stays : (this.#known.get(text) ?? this.#keep(text));
    // A half of a pair is looked at with the other one, and is no character by itself.
    if (number !== stays || code < firstHalf || code > lastHalf) this.numbers[code] = number;
    return number;
  }

  #keep(text: string): number {
    const number = this.#begins.length - 1;
    const units = new Uint16Array(this.#units.length + text.length);
    units.set(this.#units);
    for (let at = 0; at < text.length; at += 1) units[this.#units.length + at] = text.charCodeAt(at);
    this.#units = units;
    this.#begins.push(units.length);
    this.#known.set(text, number);
    return number;
  }
}
