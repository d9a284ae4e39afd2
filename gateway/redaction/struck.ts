import { Units } from '../../domain/text/units.ts';
import { margin } from './text-units.ts';

const marks = {
  card: marked('[card]'),
  iban: marked('[iban]'),
  number: marked('[number]'),
  phone: marked('[phone]'),
};

/** Used again by every text: one is done before the next begins. */
const written = new Units();

/** A text of which parts are struck, one behind the other. */
export class Struck {
  readonly #text: string;
  readonly #units: Uint16Array;
  /** So much of the units is written. */
  #copied = margin;

  constructor(text: string, units: Uint16Array) {
    this.#text = text;
    this.#units = units;
  }

  /** Puts a mark where these units are. */
  strike(from: number, to: number, mark: keyof typeof marks): void {
    if (this.#copied === margin) written.begin('');
    written.add(this.#units, this.#copied, from);
    written.add(marks[mark], 0, marks[mark].length);
    this.#copied = to;
  }

  /** The text with its marks; itself where it has none. */
  end(): string {
    if (this.#copied === margin) return this.#text;
    written.add(this.#units, this.#copied, margin + this.#text.length);
    return written.end();
  }
}

function marked(text: string): Uint16Array {
  return Uint16Array.from(text, (unit) => unit.charCodeAt(0));
}
