import { createPaint } from '../style.ts';
import { cellsOf, cutTo, padTo, wrapTo } from './cells.ts';

const red = createPaint(true)('red', 'abc');

it.each([
  ['abc', 3],
  [red, 3],
  ['日本', 4],
  ['e\u0301', 1],
  ['🚀', 2],
])('%s takes its cells', (text, cells) => {
  expect(cellsOf(text)).toBe(cells);
});

it('cuts and fills by cells, and ends colours where it cuts', () => {
  expect(cutTo('abcdef', 4)).toBe('abc…');
  expect(cutTo('日本語', 4)).toBe('日…');
  expect(cutTo(red, 2)).toBe(`${red.slice(0, 2)}…${red.slice(-1)}`);
  expect(cutTo(red, 3)).toBe(red);
  expect(padTo('日', 4)).toBe('日  ');
});

it('breaks between words', () => {
  expect(wrapTo('it waits for an approval', 10)).toEqual(['it waits', 'for an', 'approval']);
});
