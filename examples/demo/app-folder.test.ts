import { parse } from 'yaml';
import { suiteFor, tellingWord } from './app-folder.ts';

const intents = ['card arrival?', 'exchange_rate', 'pin', 'refund', 'top-up', 'fees'];
const knowledge = intents.flatMap((category) =>
  Array.from({ length: 8 }, (_, i) => ({
    text: `Tell me about my ${category} please, number ${i}`,
    category,
  })),
);
const queries = intents.flatMap((category) => [
  { text: `What of ${category}`, category },
  { text: `What of ${category}, because ${'it has been very long '.repeat(20)}`, category },
]);

interface Suite {
  tests: { id: string; critical?: boolean; vars: { message: string }; assert: { value: string }[] }[];
}

describe('suiteFor', () => {
  const suite = parse(suiteFor(knowledge, queries)) as Suite;

  it('asks for the intent of every case by its label', () => {
    for (const { vars, assert } of suite.tests) {
      const row = [...knowledge, ...queries].find(({ text }) => text === vars.message);
      expect(assert[0]?.value).toBe(`intent: ${row!.category}\n`);
    }
  });

  it('gives every case a name of its own that a suite may have', () => {
    const ids = suite.tests.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]$/);
  });

  it('makes clear phrasings of different intents critical', () => {
    const critical = suite.tests.filter((each) => each.critical === true);
    expect(critical).toHaveLength(5);
    expect(new Set(critical.map(({ assert }) => assert[0]?.value)).size).toBe(5);
  });
});

it('finds the word that tells a phrasing from all others', () => {
  const critical = { text: 'My wallet was pickpocketed on the tram', category: 'lost_card' };
  const rows = [critical, { text: 'The tram was late, and my wallet was empty', category: 'other' }];
  expect(tellingWord(critical, rows)).toBe('pickpocketed');
});
