import fc from 'fast-check';
import {
  answerBounds,
  assertBoundedJson,
  jsonExcess,
  maxJsonDepth,
  maxJsonNames,
  maxJsonValues,
} from './json-bounds.ts';

const excessOf = (text: string) => jsonExcess(Buffer.from(text));
const objectOf = (names: number, value = '0') =>
  `{${Array.from({ length: names }, () => `"a":${value}`).join(',')}}`;
const nested = (depth: number, inner = '') => '['.repeat(depth) + inner + ']'.repeat(depth);

it('takes every JSON of modest depth and size, whatever its texts hold', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 8 }), fc.string({ unit: 'binary' }), (text, any) => {
      expect(excessOf(text)).toBeUndefined();
      expect(excessOf(JSON.stringify({ [any]: [any, `${any}"[[[{{{`] }))).toBeUndefined();
    }),
  );
});

it.each([
  ['lists', nested(maxJsonDepth), undefined],
  ['one list more', nested(maxJsonDepth + 1), 'depth'],
  ['objects', `${'{"a":'.repeat(maxJsonDepth + 1)}1${'}'.repeat(maxJsonDepth + 1)}`, 'depth'],
  ['what never ends', '['.repeat(20_000), 'depth'],
  ['brackets in a text', JSON.stringify('['.repeat(20_000)), undefined],
  ['brackets behind an escaped quote', String.raw`"\"${'['.repeat(500)}\\"`, undefined],
  ['brackets behind a text that ends in a backslash', String.raw`"\\"${'['.repeat(500)}`, 'depth'],
  ['lists beside each other', `[${'[],'.repeat(5_000)}1]`, undefined],
  ['too many values', `[${'0,'.repeat(maxJsonValues)}0]`, 'values'],
  ['as many names as one object may have', objectOf(maxJsonNames), undefined],
  ['one name more', objectOf(maxJsonNames + 1), 'names'],
  ['one name more, within another object', `{"a":[1,${objectOf(maxJsonNames + 1)}]}`, 'names'],
  [
    'as many names again in the next object',
    `[${objectOf(maxJsonNames)},${objectOf(maxJsonNames)}]`,
    undefined,
  ],
  [
    'lists and objects within, whose commas are theirs',
    objectOf(maxJsonNames, '[0,{"b":0,"c":[0,0]}]'),
    undefined,
  ],
  ['commas of a list', `{"a":[${'0,'.repeat(2 * maxJsonNames)}0]}`, undefined],
])('bounds %s', (_what, text, excess) => {
  expect(excessOf(text)).toBe(excess);
});

it('says what is too much', () => {
  expect(() => {
    assertBoundedJson(Buffer.from(nested(200)), 'The body');
  }).toThrow('The body is nested deeper than 100 levels.');
  expect(() => {
    assertBoundedJson(Buffer.from(objectOf(maxJsonNames + 1)), 'The body');
  }).toThrow('The body has an object of more than 20000 names.');
});

it('gives answers room around what was asked, and for probabilities of tokens', () => {
  expect(jsonExcess(Buffer.from(nested(maxJsonDepth + 4)), answerBounds)).toBeUndefined();
  expect(jsonExcess(Buffer.from(`[${'0,'.repeat(maxJsonValues * 4)}0]`), answerBounds)).toBeUndefined();
  expect(jsonExcess(Buffer.from('['.repeat(20_000)), answerBounds)).toBe('depth');
});
