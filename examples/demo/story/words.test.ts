import { commonestWord, wordsOfItsOwn } from './words.ts';

const queries = [
  { text: 'please close my account', category: 'close' },
  { text: 'a joint account, please', category: 'joint' },
  { text: 'my wages are not on my account', category: 'salary' },
  { text: 'why is there a fee on my account', category: 'fees' },
  { text: 'my salary, please', category: 'salary' },
  { text: 'wages, salary, I got neither', category: 'salary' },
];

it('finds the word that stands in messages about many things', () => {
  expect(commonestWord(queries)).toBe('account');
  expect(() => commonestWord(queries.slice(0, 3))).toThrow('four categories');
});

it('finds what only those write who want the same, the commonest first', () => {
  expect(wordsOfItsOwn({ text: 'My wages are not on my account', category: 'salary' }, queries)).toEqual([
    'wages',
  ]);
});
