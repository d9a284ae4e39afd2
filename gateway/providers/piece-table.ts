import { randomInt } from 'node:crypto';

/** So many characters make a piece: what texts have in common is found by them. */
const pieceLength = 10;
/** So many characters in a row are no accident. */
const shortestPassage = 2 * pieceLength;
/** Pieces that begin one after the other and make the shortest passage. */
const piecesOfPassage = shortestPassage - pieceLength + 1;

/**
 * Factor of the hash that rolls on from piece to piece (Karp and Rabin 1987), in 32 bits: odd, and of this process alone,
 * so that nobody can write pieces that all fall on one place.
 */
const factor = 2 * randomInt(2 ** 29, 2 ** 30) + 1;
const factorOfFirst = Array.from({ length: pieceLength - 1 }).reduce<number>(
  (product) => Math.imul(product, factor),
  1,
);

/**
 * The pieces of short texts, wherever they begin, by their hash, and which of them are marked. Two that share a hash
 * count as one: a passage is eleven pieces in a row and more.
 */
export class PieceTable {
  readonly #hashes: Int32Array;
  /** By a hash's place: 0 free, 1 taken, 2 marked. */
  readonly #states: Uint8Array;
  readonly #mask: number;
  /** Of the pieces that may begin a passage. */
  readonly #places = new Int32Array(piecesOfPassage);
  #marked = false;

  constructor(texts: readonly string[]) {
    const pieces = texts.reduce((sum, { length }) => sum + Math.max(0, length - pieceLength + 1), 0);
    const places = 2 ** Math.ceil(Math.log2(2 * pieces + 2));
    this.#hashes = new Int32Array(places);
    this.#states = new Uint8Array(places);
    this.#mask = places - 1;
    for (const text of texts)
      forEachPiece(text, (hash) => {
        const place = this.#placeOf(hash);
        this.#hashes[place] = hash;
        this.#states[place] = 1;
      });
  }

  /** Is any piece marked? */
  get isMarked(): boolean {
    return this.#marked;
  }

  /**
   * Marks the pieces that make a passage of this text: it is read once, and nothing is kept of it. As every passage holds
   * one of the pieces that begin so far from each other as it has pieces, the others are looked at around those alone.
   */
  markPassagesOf(text: string): void {
    let seen = 0;
    for (let at = 0; at + pieceLength <= text.length; at += piecesOfPassage) {
      if (this.#states[this.#placeOf(hashAt(text, at))] === 0) continue;
      const behind = this.#markAround(text, at, Math.max(seen, at - piecesOfPassage + 1));
      seen = behind;
      at += piecesOfPassage * Math.floor((behind - at) / piecesOfPassage);
    }
  }

  /** Marks the passages that begin at `from` or later, up to the first piece behind `known` that is none of these; gives where that is. */
  #markAround(text: string, known: number, from: number): number {
    const states = this.#states;
    const places = this.#places;
    let inARow = 0;
    let at = from;
    for (let hash = 0; at + pieceLength <= text.length; at += 1) {
      hash = at === from ? hashAt(text, at) : rolledOn(hash, text, at + pieceLength - 1);
      const place = this.#placeOf(hash);
      if (states[place] === 0) {
        if (at > known) return at;
        inARow = 0;
        continue;
      }
      if (inARow < piecesOfPassage) places[inARow] = place;
      inARow += 1;
      if (inARow > piecesOfPassage) states[place] = 2;
      else if (inARow === piecesOfPassage) {
        for (const each of places) states[each] = 2;
        this.#marked = true;
      }
    }
    return at;
  }

  /** Hands over where the passages of marked pieces begin and end, in order. */
  forEachPassage(text: string, use: (from: number, to: number) => void): void {
    let from = -1;
    const end = (to: number): void => {
      if (from >= 0 && to - from >= shortestPassage) use(from, to);
      from = -1;
    };
    let to = 0;
    forEachPiece(text, (hash, at) => {
      if (this.#states[this.#placeOf(hash)] === 2) {
        if (from < 0) from = at;
        to = at + pieceLength;
      } else end(to);
    });
    end(to);
  }

  /** Where this hash stands, or the free place where it would. */
  #placeOf(hash: number): number {
    let place = (hash ^ (hash >>> 15)) & this.#mask;
    while (this.#states[place] !== 0 && this.#hashes[place] !== hash) place = (place + 1) & this.#mask;
    return place;
  }
}

/** The hash of the piece that begins there. */
function hashAt(text: string, at: number): number {
  let hash = 0;
  for (let k = at; k < at + pieceLength; k += 1) hash = (Math.imul(hash, factor) + text.charCodeAt(k)) | 0;
  return hash;
}

/** The hash of the piece that ends with this character, from that of the one before. */
function rolledOn(hash: number, text: string, at: number): number {
  const first = at < pieceLength ? 0 : text.charCodeAt(at - pieceLength);
  return (Math.imul(hash - Math.imul(first, factorOfFirst), factor) + text.charCodeAt(at)) | 0;
}

function forEachPiece(text: string, use: (hash: number, at: number) => void): void {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) {
    hash = rolledOn(hash, text, at);
    if (at >= pieceLength - 1) use(hash, at - pieceLength + 1);
  }
}
