import { decideMirrorPlan, mirrorItems, type MirrorPlan } from './mirror-work.ts';
import type { WorkItem, WorkResult } from '../run/work.ts';

const plan: MirrorPlan = {
  version: 2,
  candidate: 'new',
  stable: 'old',
  samples: Array.from({ length: 60 }, (_, i) => ({ id: `s${i}` })),
  since: '2026-01-01T00:00:00.000Z',
  documents: 'retrieved',
  margin: 0.08,
  minPairs: 30,
};

const answered = { verdict: 'passed' as const, details: {} };
const failed = { verdict: 'failed' as const, error: 'invalid_value', details: {} };

const decide = (of: (item: WorkItem, nth: number) => Pick<WorkResult, 'verdict' | 'details'>) =>
  decideMirrorPlan(
    plan,
    mirrorItems(plan).map((item, i): WorkResult => ({ ...item, ...of(item, Math.floor(i / 2)) })),
  );

describe('the decision of a mirror replay', () => {
  it('passes where both arms answer, and fails a candidate that does not, for whatever reason', () => {
    expect(decide(() => answered).outcome).toBe('pass');
    expect(decide(({ revision }) => (revision === 'new' ? failed : answered)).outcome).toBe('fail');
  });

  it('blames an arm for answers that are cut off where the other’s are not', () => {
    const cut = { verdict: 'passed' as const, details: { cut: 'length' as const } };
    expect(decide(() => cut).outcome).toBe('pass');
    expect(decide(({ revision }) => (revision === 'new' ? cut : answered)).outcome).toBe('fail');
    expect(decide(({ revision }) => (revision === 'old' ? cut : answered)).outcome).toBe('pass');
  });

  it('is a broken measurement where stable fails by itself in staging', () => {
    expect(() => decide(() => failed)).toThrow(
      expect.objectContaining({ code: 'broken_measurement' }) as Error,
    );
  });
});

describe('requests that redaction has altered', () => {
  const mixed = (altered: number): MirrorPlan => ({
    ...plan,
    toldApart: true,
    samples: plan.samples.map((sample, i) => (i < altered ? { ...sample, altered: true as const } : sample)),
  });
  const decideMixed = (
    altered: number,
    of: (item: WorkItem, nth: number) => Pick<WorkResult, 'verdict' | 'details'>,
  ) =>
    decideMirrorPlan(
      mixed(altered),
      mirrorItems(plan).map((item, i): WorkResult => ({ ...item, ...of(item, Math.floor(i / 2)) })),
    );
  const badWhereAltered = (altered: number) => (item: WorkItem, nth: number) =>
    nth < altered && item.revision === 'new' ? failed : answered;

  it('are asked and shown, and judge nobody (invariant 25)', () => {
    expect(mirrorItems(mixed(10))).toHaveLength(120);
    expect(decideMixed(10, badWhereAltered(10))).toMatchObject({
      ...{ outcome: 'pass', pairs: 50, candidateFailed: 0 },
      shown: { pairs: 10, candidateFailed: 10, stableFailed: 0 },
    });
  });

  it('pass nobody where there is nothing else, nor blame staging', () => {
    expect(decideMixed(60, () => answered)).toMatchObject({ outcome: 'inconclusive', pairs: 0 });
    expect(decideMixed(60, () => failed)).toMatchObject({
      outcome: 'inconclusive',
      shown: { stableFailed: 60 },
    });
  });
});

describe('answers of another target than the first', () => {
  const rules = { failovers: { ratio: 2, floor: 0.02 } };
  const by = (attempts: number) => ({ verdict: 'passed' as const, details: { attempts } });
  const decideBy = (of: (item: WorkItem, nth: number) => ReturnType<typeof by>, guardrails = rules) =>
    decideMirrorPlan(
      { ...plan, guardrails },
      mirrorItems(plan).map((item, i): WorkResult => ({ ...item, ...of(item, Math.floor(i / 2)) })),
    );
  const candidateOnly = (share: number) => (item: WorkItem, nth: number) =>
    by(item.revision === 'new' && nth < share * 60 ? 2 : 1);

  it('are never a pass of the candidate, and not its failure either (invariant 26)', () => {
    expect(decideBy(candidateOnly(1))).toMatchObject({
      outcome: 'inconclusive',
      guardrails: [{ name: 'failovers', pairs: 60, candidateBad: 60, stableBad: 0, exceeded: true }],
    });
    expect(decideBy(candidateOnly(0.2)).outcome).toBe('inconclusive');
  });

  it('are allowed as the rule says: a few, or where stable has them too', () => {
    expect(decideBy(candidateOnly(1 / 60)).outcome).toBe('pass');
    expect(decideBy(() => by(2))).toMatchObject({ outcome: 'pass', guardrails: [{ stableBad: 60 }] });
    expect(decideBy((_, nth) => by(nth < 9 ? 2 : 1)).outcome).toBe('pass');
  });

  it('are not judged where the plan has no rule for them, nor where nobody has counted', () => {
    expect(decideMirrorPlan(plan, []).guardrails).toEqual([]);
    expect(decide(() => answered).outcome).toBe('pass');
    const uncounted = decideMirrorPlan(
      { ...plan, guardrails: rules },
      mirrorItems(plan).map((item): WorkResult => ({ ...item, ...answered })),
    );
    expect(uncounted).toMatchObject({ outcome: 'pass', guardrails: [{ pairs: 0, exceeded: false }] });
  });
});
