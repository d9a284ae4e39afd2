import fc from 'fast-check';
import { readSuite } from './read-suite.ts';
import { suiteSchema } from './suite.ts';
import type { JsonObject, JsonValue } from '../json.ts';

const test = (id: string, more: JsonObject = {}): JsonObject => ({
  id,
  vars: { message: 'hello', n: [1, { a: null }] },
  assert: [{ type: 'contains', value: 'a' }],
  ...more,
});
const odd = fc.constantFrom<JsonValue>(1, {}, test(''), test('a', { assert: [] }), test('b', { x: 1 }));
const tests = fc.array(fc.oneof({ weight: 4, arbitrary: fc.string().map((id) => test(id)) }, odd), {
  maxLength: 4,
});
const content = fc.record(
  { tests: fc.oneof(tests, fc.json()), description: fc.string(), x: fc.constant(1) },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;

it('takes the suites that their schema takes, and no others', () => {
  fc.assert(
    fc.property(content, (suite) => {
      const [read, parsed] = [readSuite(suite), suiteSchema.safeParse(suite)];
      expect(read.success).toBe(parsed.success);
      if (read.success) expect(read.data).toEqual(parsed.data);
    }),
    { numRuns: 500 },
  );
});

it('tells of the first test that is none, and of no other', () => {
  const wrong = Array.from({ length: 9_999 }, () => ({}));
  const read = readSuite({ tests: [test('a'), ...wrong] });
  const paths = read.success ? [] : read.error.issues.map(({ path }) => path.slice(0, 2).join('.'));
  expect(new Set(paths)).toEqual(new Set(['tests.1']));
});

it.each([
  ['tests', { tests: Array.from({ length: 10_001 }, (_, i) => test(`c${i}`)) }],
  ['assertions', { tests: [test('a', { assert: Array.from({ length: 200_000 }, () => ({})) })] }],
  [
    'texts',
    {
      tests: [
        test('a', { assert: [{ type: 'contains-any', value: Array.from({ length: 200_000 }, () => 'a') }] }),
      ],
    },
  ],
])('takes no more %s than anybody has', (what, suite) => {
  const read = readSuite(suite);
  const [message] = read.success ? [] : read.error.issues.map((issue) => issue.message);
  expect(message).toMatch(new RegExp(`has at most [0-9]+ ${what}`));
});
