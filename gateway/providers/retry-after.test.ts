import fc from 'fast-check';
import { retryAfterMsOf } from './retry-after.ts';

const nowMs = Date.parse('2026-11-30T00:00:00Z');
const day = 86_400_000;

it.each([
  [{ 'retry-after': '3' }, 3_000],
  [{ 'retry-after': ' 0.4 ' }, 400],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after-ms': '1500', 'retry-after': '99' }, 1_500],
  [{ 'retry-after': 'Mon, 30 Nov 2026 00:00:07 GMT' }, 7_000],
  [{ 'retry-after': 'Monday, 30-Nov-26 00:00:07 GMT' }, 7_000],
  [{ 'retry-after': 'Mon Nov 30 00:00:07 2026 GMT' }, 7_000],
  [{ 'retry-after': 'Sun, 29 Nov 2026 00:00:00 GMT' }, 0],
  [{ 'retry-after': 'Thu, 30 Nov 2028 00:00:00 GMT' }, day],
  [{ 'retry-after': '9'.repeat(400) }, day],
  [{ 'retry-after-ms': '9'.repeat(30) }, day],
  [{ 'retry-after': '-5' }, undefined],
  [{ 'retry-after': '1, 2' }, undefined],
  [{ 'retry-after': '1e3' }, undefined],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': 'the day after' }, undefined],
  [{ 'retry-after': '' }, undefined],
  [{}, undefined],
])('reads %j', (headers, expected) => {
  expect(retryAfterMsOf(headers, nowMs)).toBe(expected);
});

it('gives a time that one can wait for, or none, whatever is said', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.double().map(String), fc.date().map(String)), (said) => {
      const ms = retryAfterMsOf({ 'retry-after': said }, nowMs) ?? 0;
      expect(ms >= 0 && ms <= day).toBe(true);
    }),
  );
});
