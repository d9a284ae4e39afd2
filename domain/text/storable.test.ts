import fc from 'fast-check';
import { storable, storableText } from './storable.ts';

it('leaves what can be stored as it is, and replaces what cannot', () => {
  expect(storableText('a\u0000b\ud800c😀')).toBe('a\uFFFDb\uFFFDc😀');
  expect(storable({ 'n\u0000': ['\u0000', 1, null, { a: undefined }] })).toEqual({
    'n\uFFFD': ['\uFFFD', 1, null, {}],
  });
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const text = JSON.stringify(storable(value));
      expect(text).not.toMatch(/\\u0000|\\ud[89a-f]/i);
      if (!/\\u0000|\\ud[89a-f]/i.test(JSON.stringify(value))) expect(text).toBe(JSON.stringify(value));
    }),
  );
});
