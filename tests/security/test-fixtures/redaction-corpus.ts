import { amount, isoDate, localDate, price } from './redaction-corpus/dates-and-sums.ts';
import { seeded, type Make } from './redaction-corpus/dice.ts';
import { code, id, orderNumber, table, technical } from './redaction-corpus/ids-and-code.ts';

/** What is nobody's. */
export const harmlessKinds: Readonly<Record<string, Make>> = {
  'ISO dates and times': isoDate,
  'local dates and times': localDate,
  'prices and sums': price,
  amounts: amount,
  'ids and hashes': id,
  'order numbers': orderNumber,
  'versions, addresses, coordinates, books': technical,
  tables: table,
  code: code,
};

const sentences: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `It says ${text} there.`,
  (text) => `(${text}), please`,
  (text) => `{"value":"${text}"}`,
  (text) => `a: ${text}\nb: next`,
  (text) => `${text}.`,
  (text) => `Is ${text} right? I asked on Monday.`,
  (text) => `- ${text};`,
];

/** So many texts of a kind, each with the sentence that it stands in. */
export function textsOf(make: Make, count: number, seed: number): { text: string; within: string }[] {
  const dice = seeded(seed);
  return Array.from({ length: count }, () => {
    const text = make(dice);
    return { text, within: dice.pick(sentences)(text) };
  });
}
