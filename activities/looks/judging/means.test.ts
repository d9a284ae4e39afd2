import { planSchema } from '../../../domain/release/plan.ts';
import { judgedMeans } from '../../../domain/guardrail/registry.ts';
import { currentRules } from '../../../domain/guardrail/rules.ts';
import type { StageLook } from '../due-looks.ts';
import { incrementsOfRow, rowOfIncrements } from './increments.ts';
import { requireJudgeable } from './dry-run.ts';
import { judgeLooks } from './judge-looks.ts';
import { correctedText } from './judge-means.ts';
import { lookVerdict } from './look-verdict.ts';
import { statesSchema, type MeanGuardrailState, type MeanResult } from './mean-states.ts';
import { observeMean, type MeanLookFacts } from './observe-means.ts';

const plan = planSchema.parse({ guardrails: [{ name: 'cost' }] });
const [judged] = judgedMeans(plan);
const counting = { kind: 'cost', least: 0, most: 0.05 };

type Rows = NonNullable<MeanLookFacts['observed']>['rows'];

/** So many answers of either arm in turn, at these costs, with the spread of a cheap one and a dear one. */
function answers(count: number, costs: { candidate: number; stable: number }, splitVersion = 2): Rows {
  return Array.from({ length: 2 * count }, (_, i) => {
    const arm = i % 2 === 0 ? 'candidate' : 'stable';
    return [splitVersion, arm, costs[arm] * (i % 4 < 2 ? 0.5 : 1.5)] as const;
  });
}

function observe(rows: Rows, before?: MeanGuardrailState, more: Partial<MeanLookFacts> = {}) {
  const observed = { guardrail: 'cost', rows, upTo: { at: '2026-11-30T12:00:00Z', hash: '9' } };
  return observeMean(before, { judged: judged!, splitVersion: 2, counting, observed, due: 0.4, ...more });
}

function verdictOf(
  result: ReturnType<typeof observe>['result'] | undefined,
  weight = 5,
  by = plan,
  candidateExposed = 500,
  segments: Readonly<Record<string, MeanResult>> = {},
) {
  const exposed = { candidateExposed, stableExposed: 19 * candidateExposed };
  const row = { splitVersion: 2, candidateBad: 0, stableBad: 0, ...exposed };
  const counted = [
    'errors',
    'latency',
    'failovers',
    'truncated',
    'refused',
    'invalid-format',
    ...['p50', 'p90', 'p95', 'p99'].map((q) => `slowdown/${q}`),
  ].map((counter) => {
    const rows = [{ ...row, elapsedMs: 60_000 }];
    return [counter, { short: rows, long: rows }] as const;
  });
  const increments = {
    ...{ elapsedMs: 60_000, dryRuns: {}, counters: Object.fromEntries(counted) },
    ...(result === undefined ? {} : { means: { cost: result, ...segments } }),
  };
  const stored = incrementsOfRow(JSON.parse(JSON.stringify(rowOfIncrements(increments))));
  const looks: StageLook[] = [{ ...stored, stage: 'canary-5' }];
  const present = { stage: 'canary-5', weight, splitVersion: 2, minExposures: 50 };
  const judgement = judgeLooks(looks, { plan: by, rules: currentRules }, present);
  const quiet = { gaps: [], lastingGaps: [], lost: { lost: 0, admitted: 0 }, stale: false };
  const timing = { ...present, heldMs: 1, holdMs: 1, deadlineMs: 100, promote: false };
  const verdict = lookVerdict({ judgement, exposures: { candidate: 500, stable: 9_500 }, ...quiet }, timing);
  return { ...verdict, status: judgement.guardrails.find(({ name }) => name === 'cost') };
}

it('takes back a candidate that costs half as much again, and says what it costs', () => {
  const found = verdictOf(observe(answers(400, { candidate: 0.015, stable: 0.01 })).result);
  expect(found).toMatchObject({ verdict: 'fail', guardrail: 'cost' });
  expect(found.reason).toMatch(
    /^cost an answer worse than stable: \$0\.0150 \(400\) against \$0\.0100 \(400\), /,
  );
  expect(found.status).toMatchObject({ values: { candidate: '$0.0150 (400)', stable: '$0.0100 (400)' } });
});

it('passes one that costs the same, and one that costs less', () => {
  for (const candidate of [0.01, 0.004])
    expect(verdictOf(observe(answers(400, { candidate, stable: 0.01 })).result).verdict).toBe('pass');
});

it('goes on from its stored state as if all had come at once, and takes each part of the mass once', () => {
  const all = answers(300, { candidate: 0.012, stable: 0.01 });
  const whole = observe(all).result;
  let state: MeanGuardrailState | undefined;
  for (let from = 0; from < all.length; from += 50) {
    const stored =
      state && statesSchema.parse(JSON.parse(JSON.stringify({ means: { cost: state } }))).means['cost'];
    ({ state } = observe(all.slice(from, from + 50), stored));
  }
  const cut = observe([], state).result;
  expect(cut.evidence).toBeCloseTo(whole.evidence, 12);
  expect(cut.noWorse).toBeCloseTo(whole.noWorse, 12);
  expect([cut.candidate.count, cut.candidate.mean]).toEqual([300, expect.closeTo(whole.candidate.mean!, 12)]);
});

it('holds, and never passes, while usage or prices are missing: what is left is in no evidence', () => {
  const unpriced = answers(100, { candidate: 0.03, stable: 0.01 }).map(
    ([version, arm, value], i) => [version, arm, i % 10 === 0 ? null : value] as const,
  );
  const { result } = observe(unpriced);
  expect(result.broken).toBe('20 of 100 answers of the candidate without usage or price');
  expect(result.evidence).toBeCloseTo(0, 12);
  expect(verdictOf(result)).toMatchObject({
    verdict: 'wait',
    reason: 'not judged: cost an answer: 20 of 100 answers of the candidate without usage or price',
  });
  // One answer in a hundred without it is none.
  const few = answers(100, { candidate: 0.01, stable: 0.01 }).map(
    ([version, arm, value], i) => [version, arm, i === 50 ? null : value] as const,
  );
  expect(verdictOf(observe(few).result).verdict).toBe('pass');
});

it.each([
  ['tokens', 'without usage'],
  ['score', 'without a score'],
])('says what answers lack of which %s is not known', (name, says) => {
  const [other] = judgedMeans(planSchema.parse({ guardrails: [{ name }] }));
  const unknown = answers(4, { candidate: 1, stable: 1 }).map(
    ([version, arm]) => [version, arm, null] as const,
  );
  expect(observe(unknown, undefined, { judged: other! }).result.broken).toBe(
    `4 of 4 answers of the candidate ${says}`,
  );
});

it('waits until answers of both arms are observed, but where there is one arm alone', () => {
  const { result } = observe([]);
  const reason = 'not judged: cost an answer: no answers of both arms observed yet';
  expect(verdictOf(result)).toMatchObject({ verdict: 'wait', reason });
  expect(verdictOf(undefined)).toMatchObject({
    reason: 'not judged: cost an answer: not observed by the gateways',
  });
  expect(verdictOf(result, 100).verdict).toBe('pass');
});

it('is a dry run while too few answers of stable were recorded before', () => {
  const dryRun = 'dry run: 12 of 500 answers of stable recorded before this step';
  const { result } = observe(answers(400, { candidate: 0.05, stable: 0.01 }), undefined, {
    counting: { kind: 'cost', dryRun },
  });
  expect(result.evidence).toBeCloseTo(0, 12);
  expect(verdictOf(result)).toMatchObject({ verdict: 'pass', status: { note: dryRun } });
});

describe('a plan whose goal is cheaper', () => {
  const cheaper = planSchema.parse({ goal: 'cheaper', guardrails: [{ name: 'cost' }] });

  it('names what is saved, and can be judged', () => {
    expect(planSchema.safeParse({ goal: 'cheaper' }).error?.issues[0]!.path).toEqual(['goal']);
    expect(() => {
      requireJudgeable(cheaper, 'default');
    }).not.toThrow();
    const shown = planSchema.parse({ confidence: true, guardrails: { tokens: {} } });
    expect(() => {
      requireJudgeable(shown, 'default');
    }).not.toThrow();
  });

  it('waits until quality is shown to be no worse, and says what an answer saves', () => {
    const { result } = observe(answers(400, { candidate: 0.006, stable: 0.01 }));
    const few = verdictOf(result, 5, cheaper);
    expect(few).toMatchObject({ verdict: 'wait', reason: 'no worse is not shown yet' });
    const many = verdictOf(result, 5, cheaper, 200_000);
    expect(many.verdict).toBe('pass');
    expect(many.reason).toMatch(/; cost an answer: 40 % less than stable \(3\d % to 4\d %\)$/);
  });
});

it('takes back a candidate that is dear for one segment alone, by its part of half the share', () => {
  const scope = { label: 'tenant', values: ['acme', 'initech'] };
  const scoped = planSchema.parse({ guardrails: { cost: { scope } } });
  const even = observe(answers(400, { candidate: 0.01, stable: 0.01 })).result;
  const dear = observe(answers(400, { candidate: 0.02, stable: 0.01 })).result;
  const found = (acme: MeanResult, initech: MeanResult) =>
    verdictOf(even, 5, scoped, 500, { 'cost@tenant=acme': acme, 'cost@tenant=initech': initech });
  const bad = found(dear, even);
  expect(bad).toMatchObject({ verdict: 'fail', guardrail: 'cost' });
  expect(bad.reason).toMatch(
    /^cost an answer worse than stable in tenant=acme: \$0\.0200 \(400\) against \$0\.0100 \(400\), /,
  );
  expect(bad.status?.segment).toMatchObject({ name: 'tenant=acme', leads: true });
  const [own] = judgedMeans(scoped);
  expect(bad.status!.segment!.actsAt - bad.status!.actsAt!).toBeCloseTo(Math.log(2), 12);
  expect(bad.status!.actsAt!).toBeCloseTo(Math.log(2 / (plan.alpha * own!.share)), 12);
  expect(found(even, even).verdict).toBe('pass');
  // What cannot be said of a segment takes nothing back, and holds nothing; but it is said.
  const unsaid = found({ ...dear, broken: 'no prices' }, { ...dear, dryRun: 'too few' });
  expect(unsaid.verdict).toBe('pass');
  expect(unsaid.status?.note).toBe('tenant=acme: no prices; not judged there, nor in 1 more of its segments');
  expect(verdictOf(even, 5, scoped).verdict).toBe('pass');
});

describe('scores by a judge that does not see all', () => {
  const scored = planSchema.parse({ guardrails: [{ name: 'score' }] });
  const [score] = judgedMeans(scored);
  const sight = { estimate: 0.6, lower: 0.5, upper: 0.7 };
  const found = (rows: Rows, more: object) =>
    observeMean(undefined, {
      ...{ judged: score!, splitVersion: 2, counting: { kind: 'score', least: 0, most: 1 }, due: 0.8 },
      observed: { guardrail: 'score', rows, ...more },
    }).result;
  const rows = (count: number, wrong: number): Rows =>
    Array.from({ length: 2 * count }, (_, i) => [
      ...([2, i % 2 === 0 ? 'candidate' : 'stable'] as const),
      Number(i % 2 === 0 ? i % wrong > 0 : i % 20 !== 1),
    ]);

  it('are told corrected where they take something back', () => {
    const result = found(rows(800, 6), { sight });
    expect(correctedText(result)).toMatch(/^corrected -0\.39, -0\.5\d to -0\.2\d$/);
    expect(correctedText(found(rows(800, 6), {}))).toBeUndefined();
    expect(result.evidence).toBe(found(rows(800, 6), {}).evidence);
  });

  it('show that nothing is worse by less than the tolerance: the judge may see half of a difference', () => {
    const equal = rows(2_000, 20);
    expect(found(equal, { sight }).noWorse).toBeLessThan(found(equal, {}).noWorse);
  });
});
