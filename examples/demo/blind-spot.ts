import type { LabelledRow } from '../bank-support/load-knowledge.ts';

/**
 * Words of at least that share (0..1) of the customers' messages that no case of a suite has: whatever a change does with
 * messages that have them, the suite cannot see it. As few as do; fewer messages where there are not enough such words.
 */
export function wordsOutside(
  cases: readonly string[],
  queries: readonly Pick<LabelledRow, 'text'>[],
  share: number,
): string[] {
  const suite = cases.join('\n').toLowerCase();
  const texts = queries.map(({ text }) => text.toLowerCase());
  const unknown = new Set(texts.flatMap((text) => text.match(/[a-z]{4,}/gu) ?? []));
  for (const word of unknown) if (suite.includes(word)) unknown.delete(word);
  const chosen: string[] = [];
  let others = texts;
  while (texts.length - others.length < share * texts.length) {
    const best = commonest(unknown, others);
    if (best === undefined) break;
    chosen.push(best);
    others = others.filter((text) => !text.includes(best));
  }
  return chosen;
}

function commonest(words: ReadonlySet<string>, texts: readonly string[]): string | undefined {
  let most = 0;
  let found: string | undefined;
  for (const word of words) {
    const uses = texts.filter((text) => text.includes(word)).length;
    if (uses > most) [most, found] = [uses, word];
  }
  return found;
}
