import type { EvidenceRow } from '../../../config-store/looks/counted.ts';
import type { ReleaseRow } from '../../../config-store/releases/release-row.ts';
import { explanationSchema } from '../../../domain/explanation/explanation.ts';
import type { JsonValue } from '../../../domain/json.ts';
import { currentRules } from '../../../domain/guardrail/rules.ts';
import { planSchema, type Plan } from '../../../domain/release/plan.ts';
import { incrementsOfRow, rowOfIncrements, type Increments } from '../judging/increments.ts';
import { judgeLooks } from '../judging/judge-looks.ts';
import { explain } from './explain-release.ts';

const parsed = planSchema.parse({});
const plan = { ...parsed, guardrails: { errors: parsed.guardrails['errors'] ?? 'off' } };
const release: ReleaseRow = {
  ...{ id: 'rel_1', app: 'bank', environment: 'production', revision: 'rev_2', label: 'v2', stable: 'rev_1' },
  ...{ planName: 'default', plan, planDigest: 'd', rules: currentRules, suites: [], state: 'rolled_back' },
  ...{
    reason: 'errors worse than stable',
    decidedBy: 'system:release',
    progress: {},
    workflowId: 'release/bank',
  },
  ...{ restarting: false, restarts: 0, actor: 'user:ada', provenance: {} },
  ...{ createdAt: '2026-11-30T10:00:00.000Z', updatedAt: '2026-11-30T10:05:00.000Z' },
};
const weights = new Map([[2, 5]]);

/** What one look adds: of `exposed` requests of each arm so many bad. */
function look(exposed: number, candidateBad: number, stableBad: number): Increments {
  const counts = {
    ...{ splitVersion: 2, candidateExposed: exposed, candidateBad, stableExposed: exposed, stableBad },
    elapsedMs: 15_000,
  };
  return { elapsedMs: 15_000, dryRuns: {}, counters: { errors: { short: [counts], long: [counts] } } };
}

/** The rows that a release with these looks leaves. */
function evidenceOf(looks: readonly Increments[], judgedPlan: Plan = plan): EvidenceRow[] {
  const present = { splitVersion: 2, weight: 5, stage: 'canary-5', minExposures: 50 };
  return looks.map((each, i) => {
    const seen = looks.slice(0, i + 1).map((one) => ({ ...one, stage: 'canary-5' }));
    const judgement = judgeLooks(seen, { plan: judgedPlan, rules: currentRules }, present);
    const stored: unknown = JSON.parse(
      JSON.stringify({ ...judgement, verdict: judgement.fail ? 'fail' : 'wait' }),
    );
    return {
      ...{ releaseId: 'rel_1', stage: 'canary-5', look: i, splitVersion: 2 },
      ...{ counts: rowOfIncrements(each), judgement: stored as JsonValue },
      measuredAt: `2026-11-30T10:00:${10 + i}.000Z`,
    };
  });
}

function explained(looks: readonly Increments[], recompute = false) {
  return explain({ release, stages: [], evidence: evidenceOf(looks), weights }, { recompute });
}

describe('an explanation', () => {
  const bad = [look(60, 2, 0), look(60, 30, 1)];

  it('says what was found as odds, and at which odds it acts', () => {
    const { guardrails, says } = explanationSchema.parse(explained(bad));
    const [errors] = guardrails;
    expect(errors).toMatchObject({ candidate: { exposed: 120, bad: 32 }, stable: { exposed: 120, bad: 1 } });
    expect(errors?.actsAtOdds).toBe('20 : 1');
    expect(errors!.evidence).toBeGreaterThan(errors!.actsAt);
    const sentence = says.find((each) => each.startsWith('errors: '));
    expect(sentence).toContain(
      `candidate 32 of 120 (26.7 %), stable 1 of 120 (0.83 %); ${errors?.odds} against`,
    );
    expect(says.join(' ')).not.toContain('log');
  });

  it('says at which rate the decision would have turned, and it would have', () => {
    const { guardrails, whatWouldChange } = explained(bad);
    const rate = guardrails[0]?.turningPoint?.rate ?? NaN;
    expect(rate).toBeGreaterThan(0);
    expect(rate).toBeLessThan(32 / 120);
    const judgedAt = (times: number) =>
      explained([look(60, Math.floor(60 * rate * times), 0), look(60, Math.floor(60 * rate * times), 1)]);
    expect(judgedAt(0.7).looks.at(-1)?.verdict).toBe('wait');
    expect(judgedAt(1.4).looks.at(-1)?.verdict).toBe('fail');
    expect(whatWouldChange[0]).toMatch(
      /^errors: it would have stayed below about [\d.]+ % instead of 26\.7 %$/,
    );
    expect(whatWouldChange.at(-1)).toMatch(/^alpha: with .* instead of 0\.05 it would have stayed on$/);
  });

  it('says from which rate on a release that went on would have been taken back', () => {
    const { guardrails, whatWouldChange } = explained([look(60, 0, 0), look(60, 1, 1)]);
    const rate = guardrails[0]?.turningPoint?.rate ?? NaN;
    expect(rate).toBeGreaterThan(1 / 60);
    expect(whatWouldChange[0]).toContain('it would have been rolled back from about');
    const few = explained([look(1, 0, 0)]);
    expect(few.guardrails[0]?.turningPoint?.says).toContain('not even if every answer');
    expect(few.whatWouldChange).toEqual([expect.stringMatching(/^no guardrail by itself: /) as unknown]);
  });

  it('names the worst segment with its counts and odds, and at which rate of it the decision would have turned', () => {
    const scope = { label: 'tenant', values: ['acme', 'initech'] };
    const scoped = planSchema.parse({ guardrails: { errors: { scope } } });
    const ofPlan = { ...release, plan: { ...scoped, guardrails: { errors: scoped.guardrails['errors']! } } };
    const of = (exposed: number, candidateBad: number, stableBad: number) =>
      look(exposed, candidateBad, stableBad).counters['errors']!;
    const looks = Array.from({ length: 2 }, () => ({
      ...look(400, 15, 8),
      counters: {
        errors: of(400, 15, 8),
        'errors@tenant=acme': of(40, 12, 1),
        'errors@tenant=initech': { short: [], long: [] },
      },
    }));
    const evidence = evidenceOf(looks, ofPlan.plan);
    const found = explain({ release: ofPlan, stages: [], evidence, weights }, { recompute: true });
    const { segment, turningPoint } = explanationSchema.parse(found).guardrails[0]!;
    expect(segment).toMatchObject({
      name: 'tenant=acme',
      candidate: { exposed: 80, bad: 24 },
      stable: { exposed: 80, bad: 2 },
      // One of two segments has a quarter of it.
      actsAtOdds: '80 : 1',
    });
    expect(found.says.find((each) => each.startsWith('errors: '))).toContain(
      'worst of its segments tenant=acme: candidate 24 of 80 (30.0 %), stable 2 of 80 (2.5 %); ',
    );
    expect(found.looks.at(-1)?.verdict).toBe('fail');
    expect(turningPoint!.says).toMatch(
      /^in tenant=acme it would have stayed below about \d+\.\d % instead of 30\.0 %$/,
    );
    expect(found.recomputed).toMatchObject({ agrees: true, of: 2 });
  });

  it('turns the whole with its segments, where both were enough', () => {
    const scope = { label: 'tenant', values: ['acme'] };
    const scoped = planSchema.parse({ guardrails: { errors: { scope } } });
    const ofPlan = { ...release, plan: { ...scoped, guardrails: { errors: scoped.guardrails['errors']! } } };
    const of = (exposed: number, candidateBad: number) => look(exposed, candidateBad, 0).counters['errors']!;
    const counters = { errors: of(120, 40), 'errors@tenant=acme': of(20, 12) };
    const evidence = evidenceOf([{ ...look(120, 40, 0), counters }], ofPlan.plan);
    const found = explain({ release: ofPlan, stages: [], evidence, weights }, { recompute: false });
    const { turningPoint } = found.guardrails[0]!;
    expect(found.looks.at(-1)?.verdict).toBe('fail');
    expect(turningPoint?.rate).toBeGreaterThan(0);
    expect(turningPoint?.says).toMatch(/^it would have stayed below about \d+\.\d % instead of 33\.3 %$/);
  });

  it('recomputes what is stored to 1e-9, and says where it is something else', () => {
    const evidence = evidenceOf(bad);
    const again = (rows: EvidenceRow[]) =>
      explain({ release, stages: [], evidence: rows, weights }, { recompute: true }).recomputed;
    expect(again(evidence)).toEqual({
      ...{ agrees: true, looks: 2, of: 2, largestDifference: 0, differences: [], unknown: [] },
    });
    const forged = evidence.map((row) => ({
      ...row,
      counts: rowOfIncrements({ ...incrementsOfRow(row.counts), ...look(60, 1, 1) }),
    }));
    expect(again(forged)).toMatchObject({ agrees: false, differences: [{ guardrail: 'errors' }, {}] });
  });

  it('is short work for a release of a day', () => {
    const day = Array.from({ length: 5_760 }, () => look(2, 0, 0));
    const rows = evidenceOf(day.slice(0, 1));
    const evidence = day.map((each, i) => ({ ...rows[0]!, look: i, counts: rowOfIncrements(each) }));
    const { looks, guardrails } = explain({ release, stages: [], evidence, weights }, { recompute: false });
    expect(looks).toHaveLength(5_760);
    expect(guardrails[0]?.turningPoint?.rate).toBeGreaterThan(0);
  });

  it('of a release that no request was judged of says how its last stage ended', () => {
    const stages = [
      {
        ...{
          releaseId: 'rel_1',
          stage: 'evaluate',
          outcome: 'fail' as const,
          summary: '3 of 40 cases failed',
        },
        ...{ details: {}, startedAt: '', endedAt: '' },
      },
    ];
    const { says, guardrails, recomputed } = explain(
      { release, stages, evidence: [], weights },
      { recompute: true },
    );
    expect(says).toContain('evaluate ended as fail: 3 of 40 cases failed.');
    expect([guardrails, recomputed]).toMatchObject([[], { agrees: true, of: 0 }]);
  });
});
