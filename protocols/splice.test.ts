import fc from 'fast-check';
import type { JsonObject } from '../domain/json.ts';
import { withInnerMember, withMember, withoutMember } from './splice.ts';

const name = fc.oneof(
  fc.constantFrom('id', 'usage', 'message', 'a"b', 'x\\', ''),
  fc.string({ maxLength: 4 }),
);
const value = fc.jsonValue({ maxDepth: 3 });
/** Objects whose first member is one of those that are looked for, in all the ways in which JSON is laid out. */
const object = fc
  .array(fc.tuple(name, value), { maxLength: 5 })
  .map((members) => Object.fromEntries(members.filter(([key]) => key !== '__proto__')))
  .map((members) => JSON.parse(JSON.stringify(members)) as JsonObject); // of zeros JSON knows one
const layout = fc.constantFrom(undefined, 1, '\t', '  ');

it('sets a member, and leaves everything else as it was written', () => {
  fc.assert(
    fc.property(object, layout, fc.constantFrom('id', 'usage', 'a"b'), (members, space, key) => {
      const text = JSON.stringify(members, null, space);
      const changed = withMember(text, key, '"own"');
      expect(JSON.parse(changed)).toEqual({ ...members, [key]: 'own' });
      if (!Object.hasOwn(members, key)) expect(changed.endsWith(text.slice(1))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

it('takes a member out', () => {
  fc.assert(
    fc.property(object, layout, fc.constantFrom('id', 'usage'), (members, space, key) => {
      const { [key]: _out, ...rest } = members;
      expect(JSON.parse(withoutMember(JSON.stringify(members, null, space), key))).toEqual(rest);
    }),
    { numRuns: 300 },
  );
});

it('sets a member of a member', () => {
  fc.assert(
    fc.property(object, object, layout, (members, inner, space) => {
      const text = JSON.stringify({ ...members, message: inner }, null, space);
      const changed = withInnerMember(text, ['message', 'id'], '"own"');
      expect(JSON.parse(changed)).toEqual({ ...members, message: { ...inner, id: 'own' } });
    }),
    { numRuns: 200 },
  );
});

it('keeps what no JavaScript number can say, and finds a name that is written with escapes', () => {
  const text = '{"\\u0069d" : "x", "big":12345678901234567890,"e":1.0e+2}';
  expect(withMember(text, 'id', '"own"')).toBe('{"\\u0069d" : "own", "big":12345678901234567890,"e":1.0e+2}');
});
