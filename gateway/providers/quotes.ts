import { PieceTable } from './piece-table.ts';
import { createWordSet } from './word-set.ts';

/** What a text says again of other texts. */
export interface Quotes {
  /** The text with each passage that it quotes struck out. */
  strike(text: string): string;
}

const mark = '[quoted]';
/** An id, a number of an order, a name of a person's own making: quoted also where it is short. */
const words = /[\w-]{8,64}/g;

const isTelling = (word: string): boolean => /\d/.test(word) && /[a-z]/i.test(word);

function idsOf(text: string): readonly string[] {
  return (text.match(words) ?? []).filter(isTelling);
}

/**
 * Finds what `spoken` texts quote of `sources`. The work grows with the sources and no faster: each is read once, piece
 * by piece, and looked up among those of the spoken, which are short.
 */
export function createQuotes(spoken: readonly string[], sources: readonly string[]): Quotes {
  const pieces = new PieceTable(spoken);
  const ids = createWordSet(spoken.flatMap(idsOf));
  const quotedIds = new Set<string>();
  for (const source of sources) {
    pieces.markPassagesOf(source);
    for (const id of ids.foundIn(source)) quotedIds.add(id);
  }
  return {
    strike(text) {
      const withoutIds =
        quotedIds.size === 0 ? text : text.replace(words, (id) => (quotedIds.has(id) ? mark : id));
      return pieces.isMarked ? withoutPassages(withoutIds, pieces) : withoutIds;
    },
  };
}

function withoutPassages(text: string, pieces: PieceTable): string {
  let struck = '';
  let copied = 0;
  pieces.forEachPassage(text, (from, to) => {
    // Two that overlap are one.
    if (from > copied || copied === 0) struck += text.slice(copied, from) + mark;
    copied = to;
  });
  return copied === 0 ? text : struck + text.slice(copied);
}
