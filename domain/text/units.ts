/** Units that are collected before they become a text. */
const size = 16_384;
/** The largest unit of a text that takes one byte a character. */
const oneByte = 0xff;

/**
 * Writes one text after the other, in UTF-16 units: a million short additions are as many stores, where each would else be
 * a text of its own.
 */
export class Units {
  readonly #units = new Uint16Array(size);
  readonly #wide = Buffer.from(this.#units.buffer);
  readonly #narrow = Buffer.alloc(size);
  #count = 0;
  /** All bits of all of them. */
  #bits = 0;
  #text = '';

  /** Begins the next text, and so. */
  begin(text: string): void {
    this.#text = text;
    this.#count = 0;
    this.#bits = 0;
  }

  /** Units of a table from one place to before another. */
  add(table: Uint16Array, from: number, to: number): void {
    if (this.#count + to - from > size) {
      this.#flush();
      if (to - from > size) {
        this.#addAtOnce(table.subarray(from, to));
        return;
      }
    }
    const units = this.#units;
    let count = this.#count;
    let bits = this.#bits;
    for (let at = from; at < to; at += 1) {
      const unit = table[at] ?? 0;
      bits |= unit;
      units[count] = unit;
      count += 1;
    }
    this.#count = count;
    this.#bits = bits;
  }

  addUnit(unit: number): void {
    if (this.#count === size) this.#flush();
    this.#units[this.#count] = unit;
    this.#bits |= unit;
    this.#count += 1;
  }

  /** The text as far as it is written. */
  end(): string {
    this.#flush();
    return this.#text;
  }

  #addAtOnce({ buffer, byteOffset, byteLength }: Uint16Array): void {
    this.#text += Buffer.from(buffer, byteOffset, byteLength).toString('utf16le');
  }

  #flush(): void {
    const count = this.#count;
    if (count === 0) return;
    if (this.#bits > oneByte) this.#text += this.#wide.toString('utf16le', 0, 2 * count);
    else {
      this.#narrow.set(this.#units.subarray(0, count));
      this.#text += this.#narrow.toString('latin1', 0, count);
    }
    this.#count = 0;
    this.#bits = 0;
  }
}
