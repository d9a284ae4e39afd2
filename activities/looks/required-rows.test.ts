import type { EvalRunRow } from '../../config-store/evaluations/eval-run-row.ts';
import type { JsonObject } from '../../domain/json.ts';
import { planSchema } from '../../domain/release/plan.ts';
import { mirrorPlanSchema } from '../../evals/mirror/mirror-work.ts';
import { evalPlanSchema } from '../../evals/run/work.ts';
import { requireStored } from './required-rows.ts';
import { storedGate } from '../evaluation/stored-gate.ts';

const evaluation = {
  candidate: 'rev_a',
  stable: 'rev_b',
  cases: [
    { id: 'suite/one', critical: true },
    { id: 'suite/two', critical: false, group: 'cards' },
  ],
  targets: 2,
  settings: { minPassRate: 0.9, margin: 0.02, maxRepeats: 5, critical: 'sequential' },
};
const mirror = {
  candidate: 'rev_a',
  stable: 'rev_b',
  samples: [{ id: 'one' }, { id: 'two', group: 'ada' }],
  since: new Date(0).toISOString(),
  documents: 'frozen',
  margin: 0.05,
  minPairs: 1,
};

const runOf = (stored: Pick<EvalRunRow, 'planned' | 'decision'>): EvalRunRow => ({
  ...{ id: 'rel-7-run', kind: 'evaluation', app: 'bank', candidate: 'rev_a', createdAt: '' },
  ...stored,
});
const plansOf = (planned: JsonObject) => ({
  evaluation: () => requireStored(runOf({ planned }), 'planned', evalPlanSchema),
  mirror: () => requireStored(runOf({ planned }), 'planned', mirrorPlanSchema),
});

const namesTheRun = (what: string) =>
  expect.objectContaining({
    code: 'broken_measurement',
    message: expect.stringMatching(new RegExp(`rel-7-run[^]*${what}`)) as string,
  }) as Error;

describe('what a run has stored', () => {
  it('is read as it was written, so that the digest of its evidence stays', () => {
    expect(plansOf(evaluation).evaluation()).toEqual(evaluation);
    expect(plansOf(mirror).mirror()).toEqual(mirror);
  });

  it('may ask for no pass rate, as a plan of today may not', () => {
    const none = { ...evaluation, settings: { ...evaluation.settings, minPassRate: 0 } };
    expect(plansOf(none).evaluation()).toEqual(none);
    expect(planSchema.safeParse({ evaluate: { minPassRate: 0 } }).success).toBe(false);
  });

  it('is an error that names the run where a setting is missing: no default takes its place', () => {
    const { margin: _, ...rest } = evaluation.settings;
    expect(plansOf({ ...evaluation, settings: rest }).evaluation).toThrow(namesTheRun('settings.margin'));
    const { minPairs: __, ...without } = mirror;
    expect(plansOf(without).mirror).toThrow(namesTheRun('minPairs'));
  });

  it('is an error where it holds what this version does not know, or is of another kind of run', () => {
    expect(plansOf({ ...evaluation, weights: [] }).evaluation).toThrow(namesTheRun('weights'));
    expect(plansOf(evaluation).mirror).toThrow(namesTheRun('samples'));
    expect(plansOf(mirror).evaluation).toThrow(namesTheRun('cases'));
  });

  it('is an error that names the run where its gate cannot be read: never a pass', () => {
    const gate = { outcome: 'maybe', summary: '', evidenceDigest: '' };
    expect(() => storedGate(runOf({ planned: mirror, decision: { gate } }))).toThrow(
      namesTheRun('gate.outcome'),
    );
    expect(() => storedGate(runOf({ planned: mirror }))).toThrow(namesTheRun('decision'));
  });
});
