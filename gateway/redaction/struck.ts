import { Units } from '../../domain/text/units.ts';
import { margin } from './text-units.ts';

const marks = { card: '[card]', email: '[email]', iban: '[iban]', number: '[number]', phone: '[phone]' };
const unitsOfMarks = {
  card: unitsOf(marks.card),
  email: unitsOf(marks.email),
  iban: unitsOf(marks.iban),
  number: unitsOf(marks.number),
  phone: unitsOf(marks.phone),
};

/** In characters: of a shorter text few parts are struck, and to put those together costs less than to write it. */
const short = 256;
/** Used again by every long text: one is done before the next begins. */
const written = new Units();

/** A text of which parts are struck, one behind the other. */
export class Struck {
  readonly #text: string;
  readonly #units: Uint16Array;
  readonly #isShort: boolean;
  /** So much of the units is written. */
  #copied = margin;
  /** Of a short text. */
  #struck = '';

  /** Of a text and its units. */
  constructor(text: string, units: Uint16Array) {
    this.#text = text;
    this.#units = units;
    this.#isShort = text.length <= short;
  }

  /** Puts a mark where these units are. */
  strike(from: number, to: number, mark: keyof typeof marks): void {
    if (this.#isShort) this.#struck += this.#text.slice(this.#copied - margin, from - margin) + marks[mark];
    else {
      if (this.#copied === margin) written.begin('');
      written.add(this.#units, this.#copied, from);
      written.add(unitsOfMarks[mark], 0, unitsOfMarks[mark].length);
    }
    this.#copied = to;
  }

  /** The text with its marks; itself where it has none. */
  end(): string {
    if (this.#copied === margin) return this.#text;
    if (this.#isShort) return this.#struck + this.#text.slice(this.#copied - margin);
    written.add(this.#units, this.#copied, margin + this.#text.length);
    return written.end();
  }
}

function unitsOf(text: string): Uint16Array {
  return Uint16Array.from(text, (unit) => unit.charCodeAt(0));
}
