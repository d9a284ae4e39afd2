import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonicalJson } from './canonical-json.ts';

const name = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'B',
    '',
    '1',
    '2',
    '10',
    '-1',
    '01',
    '!',
    '__proto__',
    'é',
    '\ud83d\ude00',
    '\uffff',
    '\ud800',
  ),
  fc.string(),
);
const leaf = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom(null, true, false, -0, 1e21, 1e-7, '\u2028', '\u007f', '\ud800', undefined),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('any'), { maxLength: 5 }),
    fc.array(fc.tuple(name, tie('any')), { maxLength: 5 }).map((fields) => Object.fromEntries(fields)),
  ),
})).any;

/** What it gives, or what it throws. */
function said(write: () => string | undefined): string | undefined {
  try {
    return write();
  } catch (error) {
    return String(error);
  }
}

it('writes what the library of the standard writes', () => {
  fc.assert(
    fc.property(value, (any) => {
      expect(said(() => canonicalJson(any))).toBe(said(() => canonicalize(any)));
    }),
    { numRuns: 2_000 },
  );
});

it('writes what writes itself as that says, and refuses what is no number', () => {
  expect(canonicalJson({ b: new Date(0), a: { toJSON: () => 'x' } })).toBe(
    '{"a":"x","b":"1970-01-01T00:00:00.000Z"}',
  );
  expect(() => canonicalJson([NaN])).toThrow();
});
