import type { LabelledRow } from '../../bank-support/load-knowledge.ts';

/** The word that most customers use, of those that are about many things: of six letters at least. */
export function commonestWord(queries: readonly LabelledRow[]): string {
  const intents = new Map<string, string[]>();
  for (const { text, category } of queries)
    for (const word of new Set(text.toLowerCase().match(/[a-z]{6,}/gu) ?? []))
      intents.set(word, [...(intents.get(word) ?? []), category]);
  const most = [...intents]
    .filter(([, categories]) => new Set(categories).size >= leastIntents)
    .sort(([, a], [, b]) => b.length - a.length)[0];
  if (most === undefined) throw new Error('No word of six letters stands in messages of four categories.');
  return most[0];
}

const leastIntents = 4;

/** Words of a message that nobody writes who wants something else, those that most with the same wish write first. */
export function wordsOfItsOwn(message: LabelledRow, queries: readonly LabelledRow[]): string[] {
  const texts = queries.map(({ text, category }) => ({ text: text.toLowerCase(), category }));
  const uses = (word: string) => texts.filter(({ text }) => text.includes(word));
  return [...new Set(message.text.toLowerCase().match(/[a-z]{4,}/gu) ?? [])]
    .filter((word) => uses(word).every(({ category }) => category === message.category))
    .sort((a, b) => uses(b).length - uses(a).length);
}
