import { z } from 'zod';
import { courseOf } from '../../activities/looks/judging/course.ts';
import { incrementsOfRow } from '../../activities/looks/judging/increments.ts';
import { explanationOf } from '../../api/releases/explanation-of.ts';
import { requireRun, requireStored } from '../../activities/looks/required-rows.ts';
import { resultsOfRows } from '../../activities/evaluation/result-rows.ts';
import { storedGate } from '../../activities/evaluation/stored-gate.ts';
import { listEvidence } from '../../config-store/looks/list-evidence.ts';
import { listStages } from '../../config-store/releases/progress/list-stages.ts';
import { readCondemnation } from '../../config-store/splits/read-condemnation.ts';
import { readCounts } from '../../config-store/looks/read-counts.ts';
import { readEvalResults } from '../../config-store/evaluations/read-eval-results.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import type { EvalRunRow } from '../../config-store/evaluations/eval-run-row.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { mirrorPlanSchema } from '../../evals/mirror/mirror-work.ts';
import { followRounds } from '../../evals/run/rounds.ts';
import { evalPlanSchema } from '../../evals/run/work.ts';
import type { TestDatabase } from '../support/database.ts';
import { createRecordedDatabase } from './recorded-database.ts';
import { recordedRows } from './recorded.ts';

// Whoever changes how a row is read or judged: releases that began before go on with these.

const countsSchema = z.object({
  request: z.object({
    app: z.string(),
    environment: z.string(),
    releaseId: z.string(),
    splitVersions: z.array(z.number()),
  }),
  versions: z.array(z.looseObject({ newSubjects: z.object({ candidate: z.number(), stable: z.number() }) })),
});

describe('what the code of a33d452 has stored, in a database that was migrated since', () => {
  let database: TestDatabase;
  let releases: ReleaseRow[];
  const idOf = z.looseObject({ id: z.string() });

  beforeAll(async () => {
    database = await createRecordedDatabase();
    const rows = recordedRows('release', idOf);
    releases = await Promise.all(rows.map(({ id }) => requireRelease(database.pool, id)));
  });
  afterAll(() => database.drop());

  const runs = (): Promise<EvalRunRow[]> =>
    Promise.all(recordedRows('eval_run', idOf).map(({ id }) => requireRun(database.pool, id)));

  it('has releases of every ending', () => {
    expect(new Set(releases.map(({ state }) => state))).toEqual(
      new Set(['promoted', 'blocked', 'rolled_back', 'aborted']),
    );
  });

  it('walks each stored plan as it did', () => {
    const courses = recordedRows('courses', z.looseObject({ releaseId: z.string() }));
    for (const { releaseId, ...course } of courses) {
      const release = releases.find(({ id }) => id === releaseId);
      expect(release === undefined ? undefined : courseOf(release.plan)).toMatchObject(course);
    }
    expect(courses).toHaveLength(releases.length);
  });

  it('reads every look', async () => {
    const looks = (
      await Promise.all(releases.map(({ id }) => listEvidence(database.pool, { releaseId: id })))
    ).flat();
    expect(looks.map(({ counts }) => incrementsOfRow(counts))).toHaveLength(
      recordedRows('evidence', z.looseObject({})).length,
    );
    expect(looks.filter(({ judgement }) => hasGap(judgement)).length).toBeGreaterThan(0);
  });

  it('explains every release, and its looks come to the same again', async () => {
    for (const { id } of releases) {
      const { says, recomputed } = await explanationOf(database.pool, id, { recompute: true });
      expect(says[0]).toContain('of bank-support is');
      expect(recomputed).toMatchObject({ agrees: true, differences: [] });
    }
  });

  it('adds up counters, charges and new subjects to what they came to', async () => {
    for (const { request, versions } of recordedRows('counts', countsSchema)) {
      const read = (await readCounts(database.pool, request)).versions;
      expect(read).toMatchObject(versions.map(({ newSubjects: _, ...counted }) => counted));
      // Then they were new in the version; now they are new in the release.
      for (const [i, { newSubjects }] of versions.entries()) {
        const now = read[i]!.newSubjects;
        if (i === 0) expect(now).toEqual(newSubjects);
        expect(now.candidate).toBeLessThanOrEqual(newSubjects.candidate);
        expect(now.stable).toBeLessThanOrEqual(newSubjects.stable);
      }
    }
  });

  it('reads the plan, the results and the gate of each evaluation', async () => {
    const evaluations = (await runs()).filter(({ kind }) => kind === 'evaluation');
    for (const run of evaluations) {
      const plan = requireStored(run, 'planned', evalPlanSchema);
      const results = resultsOfRows(await readEvalResults(database.pool, run.id));
      expect(followRounds(plan, results).rounds.length).toBeGreaterThan(0);
      expect(storedGate(run)).toMatchObject({ outcome: expect.stringMatching(/^(pass|fail)$/) as string });
    }
    expect(evaluations.length).toBeGreaterThan(1);
  });

  it('reads the pairs and the gate of each mirror replay', async () => {
    const mirrors = (await runs()).filter(({ kind }) => kind === 'mirror');
    for (const run of mirrors) {
      requireStored(run, 'planned', mirrorPlanSchema);
      expect(resultsOfRows(await readEvalResults(database.pool, run.id)).length).toBeGreaterThan(0);
      expect(storedGate(run).outcome).toBe('pass');
    }
    expect(mirrors.length).toBeGreaterThan(0);
  });

  it('knows what was found of each revision: what was taken back, aborted or blocked is condemned', async () => {
    const found = releases.map(async ({ app, environment, revision, state }) => {
      const condemned = await readCondemnation(database.pool, { app, environment, revision });
      return [state, condemned?.cause] as const;
    });
    expect(Object.fromEntries(await Promise.all(found))).toEqual({
      ...{ promoted: undefined, blocked: 'gate', rolled_back: 'guardrail', aborted: 'person' },
    });
  });

  it('reads stages and the split', async () => {
    const stages = (await Promise.all(releases.map(({ id }) => listStages(database.pool, id)))).flat();
    expect(stages).toHaveLength(recordedRows('stage_result', z.looseObject({})).length);
    const split = await readSplit(database.pool, { app: 'bank-support', environment: 'production' });
    expect(split?.stable).toMatch(/^rev_/);
  });
});

function hasGap(judgement: unknown): boolean {
  return z.looseObject({ gaps: z.array(z.string()).min(1) }).safeParse(judgement).success;
}
