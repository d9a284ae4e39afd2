import { planSchema } from '../../domain/release/plan.ts';
import { mirrorPlanSchema, decideMirrorPlan } from '../../evals/mirror/mirror-work.ts';
import { mirrorGate } from './mirror-gate.ts';
import { mirrorRun } from './mirror-run.ts';
import type { OpenedSample } from './open-samples.ts';

const at = (minutes: number): string => new Date(Date.UTC(2100, 0, 1, 12, minutes)).toISOString();
const sample = (id: string, createdMin: number, livesMin: number, altered = false): OpenedSample => ({
  ...{ id, altered, model: 'bank', createdAt: at(createdMin), expiresAt: at(createdMin + livesMin) },
  sample: { version: 2, protocol: 'openai-chat', body: {}, variables: {} },
  ...{ question: id, stratum: 'short', later: false },
});
const week = 7 * 24 * 60;
const mirror = {
  ...{ samples: 4, minPairs: 2, margin: 0.5, maxWait: '10m' },
  documents: 'retrieved' as const,
};
const release = { id: 'rel_1', app: 'bank', revision: 'rev_b', plan: planSchema.parse({}) } as never;
const choice = { strata: [], repeats: 0, unreadable: 0 };
const runOf = (whole: OpenedSample[], altered: OpenedSample[], need = 2) => {
  const run = mirrorRun(release, {
    id: 'm',
    stable: 'rev_a',
    mirror,
    need,
    found: { whole, altered, choice },
    scores: {},
  });
  return { ...run, plan: mirrorPlanSchema.parse(run.planned) };
};

it('asks first what expires first, and keeps what came of it as long as samples are kept', () => {
  const { plan, ttlMs = 0 } = runOf(
    [sample('fresh-new', 20, 60), sample('fresh-old', 5, 60), sample('kept', 0, week)],
    [],
  );
  expect(plan.samples.map(({ id }) => id)).toEqual(['fresh-old', 'fresh-new', 'kept']);
  expect(Math.abs(Date.now() + ttlMs - Date.parse(at(week)))).toBeLessThan(5_000);
});

it('fills up with what redaction has altered, which is shown and can pass nobody', () => {
  const { plan } = runOf(
    [sample('a', 0, week)],
    ['b', 'c', 'd', 'e'].map((id) => sample(id, 0, week, true)),
  );
  expect(plan.samples.map(({ id, altered }) => [id, altered])).toEqual([
    ['a', undefined],
    ['b', true],
    ['c', true],
    ['d', true],
  ]);
  const results = plan.samples.flatMap(({ id: caseId }) =>
    ['rev_a', 'rev_b'].map((revision) => ({
      ...{ caseId, revision, target: 0, repeat: 0, verdict: 'passed' as const, details: {} },
    })),
  );
  const gate = mirrorGate(plan, decideMirrorPlan(plan, results), results);
  expect(gate.outcome).toBe('inconclusive');
  expect(gate.summary).toContain('1 pairs;');
  expect(gate.summary).toContain('not judged, altered by redaction: 3 pairs, failed: candidate 0, stable 0');
  expect(Buffer.byteLength(gate.summary)).toBeLessThanOrEqual(300);
});

it('says how many expired before both arms had answered', () => {
  const { plan } = runOf([sample('a', 0, 60), sample('b', 0, 60), sample('c', 0, 60)], []);
  const results = ['rev_a', 'rev_b'].map((revision) => ({
    ...{ caseId: 'a', revision, target: 0, repeat: 0, verdict: 'passed' as const, details: {} },
  }));
  expect(mirrorGate(plan, decideMirrorPlan(plan, results), results).summary).toContain('2 expired unasked');
});
