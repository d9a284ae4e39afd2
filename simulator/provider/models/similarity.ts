import { isStopWord, stem, words } from './words.ts';

/** A bag of weighted terms. */
export type TermVector = ReadonlyMap<string, number>;

/** How a text is cut into terms. */
export interface TermOptions {
  readonly bigrams: boolean;
  /** Weight of a stop word, 0..1; 1 knows none. */
  readonly stopWordWeight: number;
}

/** Stemmed words, and pairs of neighbours when asked for, with their counts weighted by how much the word says. */
export function termCounts(text: string, options: TermOptions): TermVector {
  const counts = new Map<string, number>();
  const add = (term: string, weight: number): void => void counts.set(term, (counts.get(term) ?? 0) + weight);
  const said = words(text);
  said.forEach((word, at) => {
    const weight = isStopWord(word) ? options.stopWordWeight : 1;
    add(stem(word), weight);
    const next = said[at + 1];
    if (!options.bigrams || next === undefined) return;
    add(`${stem(word)} ${stem(next)}`, 0.5 * Math.max(weight, isStopWord(next) ? options.stopWordWeight : 1));
  });
  return counts;
}

/** Inverse document frequency over the given texts, smoothed: log((1 + N) / (1 + df)) + 1. */
export function inverseDocumentFrequency(texts: readonly TermVector[]): (term: string) => number {
  const frequency = new Map<string, number>();
  for (const text of texts)
    for (const term of text.keys()) frequency.set(term, (frequency.get(term) ?? 0) + 1);
  return (term) => Math.log((1 + texts.length) / (1 + (frequency.get(term) ?? 0))) + 1;
}

/** Cosine of two bags of terms under a term weighting, 0..1; 0 when either is empty. */
export function cosine(a: TermVector, b: TermVector, weight: (term: string) => number): number {
  const norm = (terms: TermVector): number =>
    Math.sqrt([...terms].reduce((sum, [term, count]) => sum + (count * weight(term)) ** 2, 0));
  let dot = 0;
  for (const [term, count] of a) dot += count * (b.get(term) ?? 0) * weight(term) ** 2;
  const scale = norm(a) * norm(b);
  return scale === 0 ? 0 : dot / scale;
}
