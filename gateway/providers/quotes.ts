/** What a text says again of other texts. */
export interface Quotes {
  /** The text with each passage that it quotes struck out. */
  strike(text: string): string;
}

/** So many characters in a row are no accident. */
const shortestQuote = 20;
/** Every passage of that length holds a whole piece of this one, wherever pieces begin. */
const piece = shortestQuote / 2;
const mark = '[quoted]';
/** An id, a number of an order, a name of a person's own making: quoted also where it is short. */
const words = /[\w-]{8,64}/g;

function tellingWords(text: string): string[] {
  return (text.match(words) ?? []).filter((word) => /\d/.test(word) && /[a-z]/i.test(word));
}

/**
 * Finds what `spoken` texts quote of `sources`. The work grows with the sources and no faster: each is read once, by pieces, and
 * looked up among those of the spoken.
 */
export function createQuotes(spoken: readonly string[], sources: readonly string[]): Quotes {
  const said = new Set(spoken.flatMap(piecesAnywhere));
  const ids = new Set(spoken.flatMap(tellingWords));
  const quoted = new Set<string>();
  const quotedIds = new Set<string>();
  for (const source of sources) {
    if (said.size > 0) findPieces(source, said, quoted);
    if (ids.size > 0) for (const id of tellingWords(source)) if (ids.has(id)) quotedIds.add(id);
  }
  return {
    strike(text) {
      const withoutIds =
        quotedIds.size === 0 ? text : text.replace(words, (id) => (quotedIds.has(id) ? mark : id));
      return quoted.size === 0 ? withoutIds : withoutPassages(withoutIds, quoted);
    },
  };
}

function piecesAnywhere(text: string): string[] {
  return Array.from({ length: Math.max(0, text.length - piece + 1) }, (_, at) => text.slice(at, at + piece));
}

/** Pieces of a source that were said, and all that follow on each other around them. */
function findPieces(source: string, said: ReadonlySet<string>, quoted: Set<string>): void {
  for (let at = 0; at + piece <= source.length; at += piece) {
    if (!said.has(source.slice(at, at + piece))) continue;
    let from = at;
    while (from > 0 && said.has(source.slice(from - 1, from - 1 + piece))) from -= 1;
    let last = at;
    while (last + 1 + piece <= source.length && said.has(source.slice(last + 1, last + 1 + piece))) last += 1;
    if (last + piece - from < shortestQuote) continue;
    for (let k = from; k <= last; k += 1) quoted.add(source.slice(k, k + piece));
    at = last - (last % piece);
  }
}

/** Strikes the stretches of the text that are made of quoted pieces. */
function withoutPassages(text: string, quoted: ReadonlySet<string>): string {
  const parts: string[] = [];
  let copied = 0;
  for (let at = 0; at + piece <= text.length; at += 1) {
    if (!quoted.has(text.slice(at, at + piece))) continue;
    const from = at;
    while (at + 1 + piece <= text.length && quoted.has(text.slice(at + 1, at + 1 + piece))) at += 1;
    if (at + piece - from < shortestQuote) continue;
    parts.push(text.slice(copied, from), mark);
    copied = at + piece;
    at = copied - 1;
  }
  return [...parts, text.slice(copied)].join('');
}
