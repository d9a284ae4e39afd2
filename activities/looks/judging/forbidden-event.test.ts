import { judgedGuardrails } from '../../../domain/guardrail/registry.ts';
import { planSchema } from '../../../domain/release/plan.ts';
import { forbiddenEvent } from './forbidden-event.ts';

const [errors] = judgedGuardrails(planSchema.parse({}));
const judged = [{ ...errors!, zeroTolerance: true }];

/** Candidate exposed and bad, stable exposed and bad, by split version. */
type Row = readonly [number, number, number, number];

function look(...rows: readonly Row[]) {
  const counts = rows.map(([candidateExposed, candidateBad, stableExposed, stableBad], i) => ({
    ...{ splitVersion: i + 1, elapsedMs: 0 },
    ...{ candidateExposed, candidateBad, stableExposed, stableBad },
  }));
  return { elapsedMs: 0, dryRuns: {}, counters: { errors: { short: [], long: counts } } };
}

it.each([
  ['the first of the candidate, none of stable', [[50, 1, 950, 0]], true],
  ['none at all', [[50, 0, 950, 0]], false],
  ['as many as stable has', [[50, 1, 50, 1]], false],
  ["one, where stable's rate gives a part of one", [[50, 1, 950, 5]], false],
  ['two there', [[50, 2, 950, 5]], true],
  ['one without any of stable', [[50, 1, 0, 0]], true],
  [
    "one at 100 %, where stable's rate before gives two",
    [
      [0, 0, 100, 2],
      [100, 1, 0, 0],
    ],
    false,
  ],
  [
    'all in two versions',
    [
      [10, 0, 90, 0],
      [10, 1, 90, 0],
    ],
    true,
  ],
] as [string, Row[], boolean][])('says of %s whether it is forbidden', (_what, rows, forbidden) => {
  expect(forbiddenEvent([look(...rows)], judged) !== undefined).toBe(forbidden);
});

it('names the guardrail and both numbers, and asks those with zero tolerance alone', () => {
  const found = forbiddenEvent([look([50, 2, 950, 5])], judged);
  expect(found).toEqual({
    name: 'errors',
    sentence: "zero tolerance: 2 of the candidate's 50, where stable's rate gives 0.3",
  });
  expect(forbiddenEvent([look([50, 2, 950, 5])], [errors!])).toBeUndefined();
});
