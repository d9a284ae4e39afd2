import type { EvidenceRow } from '../../../config-store/looks/counted.ts';
import type { KeptObservation } from '../../../config-store/observations/list-observations.ts';
import type { ReleaseRow } from '../../../config-store/releases/release-row.ts';
import { judgedMeans } from '../../../domain/guardrail/registry.ts';
import { currentRules } from '../../../domain/guardrail/rules.ts';
import type { JsonValue } from '../../../domain/json.ts';
import { planSchema } from '../../../domain/release/plan.ts';
import { rowOfIncrements, type Increments } from '../judging/increments.ts';
import { judgeLooks } from '../judging/judge-looks.ts';
import type { MeanGuardrailState } from '../judging/mean-states.ts';
import { observeMean } from '../judging/observe-means.ts';
import { explain } from './explain-release.ts';
import { dueUpTo } from './means-again.ts';

const { score, errors } = planSchema.parse({ guardrails: [{ name: 'score' }] }).guardrails;
const plan = { ...planSchema.parse({}), guardrails: { score: score ?? 'off', errors: errors ?? 'off' } };
const release: ReleaseRow = {
  ...{ id: 'rel_1', app: 'bank', environment: 'production', revision: 'rev_2', label: 'v2', stable: 'rev_1' },
  ...{ planName: 'default', plan, planDigest: 'd', rules: currentRules, suites: [], state: 'progressing' },
  ...{ progress: {}, workflowId: 'release/bank', restarting: false, restarts: 0, actor: 'user:ada' },
  ...{ provenance: {}, createdAt: '2026-11-30T10:00:00.000Z', updatedAt: '2026-11-30T10:05:00.000Z' },
};
const counting = { releaseId: 'rel_1', shortHorizonMs: 1, longHorizonMs: 1 };
const scored = { kind: 'score', least: 0, most: 1 };
const countings = new Map([[2, { ...counting, scored: { score: scored } }]]);
const weights = new Map([[2, 5]]);
const counted = {
  ...{ splitVersion: 2, candidateExposed: 60, candidateBad: 0, stableExposed: 60, stableBad: 0 },
  elapsedMs: 15_000,
};
const startMicros = Date.parse('2026-11-30T10:00:00.000Z') * 1_000;

/** So many answers of either arm, a microsecond apart, of which every so manieth of the candidate's is wrong. */
function answers(count: number, wrongEvery: number): KeptObservation[] {
  return Array.from({ length: 2 * count }, (_, i) => ({
    ...{ guardrail: 'score', splitVersion: 2, arm: i % 2 === 0 ? 'candidate' : 'stable', hash: String(-i) },
    value: i % 2 === 0 && i % (2 * wrongEvery) === 0 ? 0 : Number(i % 19 !== 0),
    atMicros: startMicros + i,
  }));
}

/** The rows of three looks that each had a part of the answers, as they were judged then. */
function evidenceOf(all: readonly KeptObservation[]): EvidenceRow[] {
  const [judged] = judgedMeans(plan);
  let state: MeanGuardrailState | undefined;
  const looks: Increments[] = [];
  return [0, 1, 2].map((look) => {
    const end = Math.round((all.length * (look + 1)) / 3);
    const rows = all.slice(Math.round((all.length * look) / 3), end);
    looks.push({
      elapsedMs: 15_000,
      dryRuns: {},
      counters: { errors: { short: [counted], long: [counted] } },
    });
    const staged = looks.map((each) => ({ ...each, stage: 'canary-5' }));
    const due = dueUpTo({ looks: staged.map((increments) => ({ increments })), release }).at(-1) ?? 0;
    const micros = String((all[end - 1]?.atMicros ?? 0) - startMicros).padStart(6, '0');
    const observed = {
      guardrail: 'score',
      rows: rows.map((row) => [row.splitVersion, row.arm, row.value] as const),
      upTo: { at: `2026-11-30T10:00:00.${micros}+00:00`, hash: all[end - 1]?.hash ?? '' },
    };
    const again = observeMean(state, { judged: judged!, splitVersion: 2, counting: scored, observed, due });
    ({ state } = again);
    const increments = { ...looks[look]!, means: { score: again.result } };
    looks[look] = increments;
    const present = { splitVersion: 2, weight: 5, stage: 'canary-5', minExposures: 50 };
    const seen = looks.map((each) => ({ ...each, stage: 'canary-5' }));
    const judgement = judgeLooks(seen, release, present);
    return {
      ...{ releaseId: 'rel_1', stage: 'canary-5', look, splitVersion: 2 },
      counts: JSON.parse(JSON.stringify(rowOfIncrements(increments))) as JsonValue,
      judgement: JSON.parse(JSON.stringify({ ...judgement, verdict: 'wait' })) as JsonValue,
      measuredAt: `2026-11-30T10:00:1${look}.000Z`,
    };
  });
}

function explained(all: readonly KeptObservation[], kept = all) {
  const stored = { release, stages: [], evidence: evidenceOf(all), weights };
  return explain({ ...stored, means: { observations: kept, countings } }, { recompute: true });
}

const scoreOf = <Guardrail extends { readonly name: string }>(all: readonly Guardrail[]) =>
  all.find(({ name }) => name === 'score');

describe('means', () => {
  it('are judged again from the answers that are kept, to 1e-9', () => {
    const { recomputed, guardrails, says } = explained(answers(300, 8));
    expect(recomputed).toMatchObject({ agrees: true, looks: 3, unknown: [] });
    expect(scoreOf(guardrails)?.means).toMatchObject({
      candidate: { answers: 300 },
      stable: { answers: 300 },
    });
    expect(says.find((each) => each.startsWith('answers scored: '))).toMatch(
      /candidate 0\.8\d \(the mean of 300 answers\), stable 0\.9\d/,
    );
  });

  it('are said to differ where one answer is another, and not to be known where one is gone', () => {
    const all = answers(300, 8);
    const changed = all.map((each, i) => (i === 250 ? { ...each, value: 0.5 } : each));
    expect(explained(all, changed).recomputed?.agrees).toBe(false);
    const gone = explained(all, all.toSpliced(250, 1)).recomputed;
    expect(gone).toMatchObject({ agrees: true });
    expect(gone?.unknown).toEqual(['score: of the 200 answers of check 1 of canary-5 199 are there now']);
  });

  it('say with which mean the decision would have turned', () => {
    const taken = scoreOf(explained(answers(300, 4)).guardrails);
    expect(taken!.evidence).toBeGreaterThan(taken!.actsAt);
    expect(taken?.turningPoint?.says).toMatch(/^it would have stayed with a mean of about 0\.[89]/);
    const stayed = scoreOf(explained(answers(300, 300)).guardrails);
    expect(stayed?.turningPoint?.says).toMatch(/^it would have been rolled back with a mean of about 0\./);
    expect(stayed?.turningPoint?.mean).toBeLessThan(0.9);
    expect(scoreOf(explained(answers(10, 1)).guardrails)?.turningPoint?.says).toContain(
      'too few were observed',
    );
  });
});
