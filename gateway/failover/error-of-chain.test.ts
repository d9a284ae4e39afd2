import fc from 'fast-check';
import { failure, failureOfStatus, type ProviderFailure } from '../../protocols/failures/failure.ts';
import type { Attempt } from './chain.ts';
import { errorOf } from './error-of-chain.ts';

const attemptOf = (failed: ProviderFailure): Attempt => ({
  ...{ provider: 'p', model: 'm', logicalModel: 'm', durationMs: 1, failure: failed },
  outcome: failed.kind === 'unavailable' ? 'skipped' : 'failed',
});
const said = (status: number, retryAfterMs?: number): ProviderFailure =>
  failureOfStatus(status, undefined, { retryAfterMs });
const skipped = (retryAfterMs: number): ProviderFailure => failure('unavailable', 'Later.', { retryAfterMs });
const heard = (...failures: ProviderFailure[]): ProviderFailure => errorOf(failures.map(attemptOf));

it.each([
  ["a primary's 503 before a fallback's 400", [said(503), said(400)], { status: 503 }],
  ["a fallback's 503 before a primary's 400", [said(400), said(503)], { status: 503 }],
  ['the soonest Retry-After', [said(429, 30_000), said(503, 5_000)], { status: 503, retryAfterMs: 5_000 }],
  ['a limit before a spent account', [said(429, 9_000), said(402)], { status: 429, retryAfterMs: 9_000 }],
  ['an outage before a revoked key', [said(401), failure('timeout', 'Slow.')], { status: 504 }],
  [
    "an operator's fault before a caller's, which is charged to nobody",
    [said(401), said(400)],
    { fault: 'operator' },
  ],
  ['when to come back', [said(500), skipped(5_000)], { status: 503, retryAfterMs: 5_000 }],
  [
    'what was said before what was left alone',
    [skipped(2_000), said(429, 2_000)],
    { kind: 'status', status: 429 },
  ],
  ['the last of equals', [said(500), said(502)], { status: 502 }],
  [
    "the caller's fault where there is no other",
    [failure('refused_here', 'No.'), said(422)],
    { status: 422 },
  ],
])('says %s', (_name, failures, expected) => {
  expect(heard(...failures)).toMatchObject(expected);
});

it('never says that a caller is at fault where anybody else is', () => {
  const one = fc
    .record({
      status: fc.integer({ min: 300, max: 599 }),
      retryAfterMs: fc.option(fc.nat(), { nil: undefined }),
    })
    .map(({ status, retryAfterMs }) => said(status, retryAfterMs));
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 8 }), (failures) => {
      const { fault, retryAfterMs } = heard(...failures);
      expect(fault === 'caller').toBe(failures.every((each) => each.fault === 'caller'));
      const known = failures
        .filter((each) => each.fault === fault)
        .map((each) => each.retryAfterMs ?? Infinity);
      expect(retryAfterMs ?? Infinity).toBe(Math.min(...known));
    }),
  );
});
