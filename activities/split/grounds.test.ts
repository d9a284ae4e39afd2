import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { createEvalRun } from '../../config-store/evaluations/create-eval-run.ts';
import { decideEvalRun } from '../../config-store/evaluations/decide-eval-run.ts';
import { recordCommand } from '../../config-store/releases/commands/record-command.ts';
import { setProgress } from '../../config-store/releases/progress/set-progress.ts';
import { writeSplit } from '../../config-store/splits/write-split.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import {
  createApp,
  environment,
  plan as fixturePlan,
  startRelease,
} from '../../config-store/test-fixtures/release-fixture.ts';
import { useDatabase } from '../../config-store/test-fixtures/use-database.ts';
import { durationMs } from '../../domain/duration.ts';
import { errors } from '../../domain/guardrail/errors.ts';
import { planSchema, type Plan } from '../../domain/release/plan.ts';
import { courseOf } from '../looks/judging/course.ts';
import { createReleaseActivities } from '../release/release.ts';
import { stepOperation } from './operation-ids.ts';
import { createSplitActivities } from './split.ts';

const store = useDatabase();

const plan = planSchema.parse({
  ...fixturePlan,
  steps: [
    { weight: 5, hold: '10m', minExposures: 20 },
    { weight: 25, hold: '0s', minExposures: 1 },
    { weight: 100, hold: '0s', minExposures: 1 },
  ],
});

interface Look {
  verdict?: string;
  judgement?: object;
  /** Seconds after the version was written. */
  at: number;
  exposed?: number;
  stage?: string;
}

/** A release that goes by `by`, with looks as a judge leaves them. */
async function begun(by: Plan = plan) {
  const { app, a } = await createApp(store.db);
  const { release } = await startRelease(store.db, app, 'b', by);
  const activities = createSplitActivities({ db: store.db });
  const { id: releaseId } = release;
  let served = 'none';
  const split = () => readSplit(store.db, { app, environment });
  const write = async (stage: string, weight: number, more = {}) => {
    await setProgress(store.db, { releaseId, stage, progress: {} });
    const expectedVersion = (await split())?.version ?? 0;
    const args = { releaseId, stage, weight, expectedVersion, leaseMs: 60_000, ...more };
    const written = await activities.writeStep(args);
    if (written.kind === 'written') served = stage;
    return written;
  };
  let look = 0;
  return {
    ...{ app, a, releaseId, split, write },
    promote: async () =>
      activities.promoteCandidate({ releaseId, expectedVersion: (await split())?.version ?? 0 }),
    /** A look at the step that is served. */
    look: async ({ verdict, judgement = {}, at, exposed = 50, stage = 'canary-5' }: Look) => {
      const version = (await split())?.version;
      const counted = [{ splitVersion: version, candidateExposed: exposed }];
      look += 1;
      await store.db.query(
        `insert into evidence (release_id, stage, look, split_version, counts, judgement, measured_at)
         select $1, $2, $3, $4, $5, $6, at + $7 * interval '1 second' from split_history
         where app = $8 and version = $4`,
        [
          ...[releaseId, stage, look, version, { [errors.name]: { short: counted } }],
          ...[{ fail: false, absolute: 'within', ...judgement, ...(verdict && { verdict }) }, at, app],
        ],
      );
    },
    /** Somebody decides about the step that is served. */
    tell: async (kind: 'promote' | 'pause' | 'resume', actor = 'user:ada') => {
      await setProgress(store.db, { releaseId, stage: served, progress: {} });
      const idempotencyKey = randomUUID();
      return recordCommand(store.db, { releaseId, kind, actor, idempotencyKey });
    },
    endsAs: (stage: string, outcome: 'pass' | 'skipped' | 'override', actor?: string) =>
      createReleaseActivities({
        db: store.db,
        temporal: {} as never,
        hasSearchAttributes: () => false,
        startFromTemporal: 'off',
      }).recordStage({
        ...{ releaseId, stage, outcome, summary: 's', startedMs: 0 },
        ...(actor === undefined
          ? {}
          : {
              override: {
                ...{ actor, lacking: 'l', weight: 5, splitVersion: 2, heldMs: 0, holdMs: 1 },
                ...{ exposures: { candidate: 0, stable: 0 }, guardrails: [] },
              },
            }),
      }),
  };
}

/** Looks often enough, until the hold is over. */
async function held(release: Awaited<ReturnType<typeof begun>>, last: Partial<Look> = { verdict: 'pass' }) {
  for (let at = 60; at < 600; at += 60) await release.look({ verdict: 'wait', at, exposed: 5 });
  await release.look({ at: 601, exposed: 5, ...last });
}

describe('a larger share rests on what is stored', () => {
  it('comes when the step has been held, looked at and found good, step by step, up to stable', async () => {
    const release = await begun();
    const { write, look, promote } = release;
    expect(await write('canary-5', 5)).toMatchObject({ kind: 'written' });
    await held(release);
    expect(await write('canary-25', 25)).toMatchObject({ kind: 'written' });
    // A fresh run asks for what the one before has written.
    await look({ verdict: 'pass', at: 1, stage: 'canary-25' });
    expect(await write('canary-100', 95)).toMatchObject({ kind: 'written' });
    await look({ verdict: 'pass', at: 1, stage: 'canary-100' });
    await expect(promote()).rejects.toThrow('its last step was never served');
    expect(await write('full', 100)).toMatchObject({ kind: 'written' });
    await expect(promote()).rejects.toThrow('nobody has looked at full');
    for (const at of [2, 4, 6]) await look({ verdict: 'pass', at, stage: 'full' });
    expect(await promote()).toMatchObject({ kind: 'written' });
  });

  it.each([
    ['nobody has looked', [], 'nobody has looked at canary-5'],
    ['no look has passed', [{ verdict: 'wait', at: 601 }], 'no look has found that canary-5 has passed'],
    ['it was not held', [{ verdict: 'pass', at: 300 }], 'canary-5 was held for 90 s of 600 s'],
    ['nobody looked in between', [{ verdict: 'pass', at: 86_400 }], 'canary-5 was held for 90 s of 600 s'],
    [
      'the newest look found it bad',
      [
        { verdict: 'pass', at: 601 },
        { verdict: 'fail', at: 602, judgement: { fail: true } },
      ],
      'the newest look at canary-5 has not found it good',
    ],
    [
      'another stage was looked at',
      [{ verdict: 'pass', at: 601, stage: 'canary-25' }],
      'no look has found that canary-5',
    ],
  ] satisfies [string, Look[], string][])('does not come where %s', async (_, looks, why) => {
    const { write, look, split } = await begun();
    await write('canary-5', 5);
    for (const each of looks) await look(each);
    await expect(write('canary-25', 25)).rejects.toThrow(why);
    expect((await split())?.weight).toBe(5);
  });

  it('does not come before the requests that the plan asks for', async () => {
    const release = await begun({ ...plan, steps: plan.steps.map((s) => ({ ...s, minExposures: 500 })) });
    await release.write('canary-5', 5);
    await held(release);
    await expect(release.write('canary-25', 25)).rejects.toThrow('canary-5 has 50 of 500 settled requests');
  });

  it('leaves no step out, and has the weight of its plan, whatever is asked for', async () => {
    const release = await begun();
    const { write, look, promote, split } = release;
    await expect(write('canary-100', 95)).rejects.toThrow('its first step was never served');
    await expect(write('canary-5', 100)).rejects.toThrow('canary-5 serves 5 %, not 100 %');
    await expect(write('big', 100)).rejects.toThrow('big is no step of its plan');
    await expect(write('compare', 50)).rejects.toThrow('its first step was never served');
    await expect(promote()).rejects.toThrow('its last step was never served');
    await write('canary-5', 5);
    await held(release);
    await expect(write('canary-100', 95, { again: 1 })).rejects.toThrow(
      'canary-100 does not follow canary-5',
    );
    await expect(write('compare', 50)).rejects.toThrow('compare does not follow canary-5');
    await expect(promote()).rejects.toThrow('its last step was never served');
    // Written anew it is measured anew.
    expect(await write('canary-5', 5, { again: 1 })).toMatchObject({ kind: 'written' });
    await expect(write('canary-25', 25)).rejects.toThrow('nobody has looked at canary-5');
    await look({ verdict: 'pass', at: 1 });
    await expect(write('canary-25', 25)).rejects.toThrow('canary-5 was held for 1 s');
    expect((await split())?.weight).toBe(5);
  });

  it('lets the candidate live no longer than its plan says without a look', async () => {
    const { app, write } = await begun();
    await write('canary-5', 5, { leaseMs: 86_400_000 });
    const { rows } = await store.db.query('select ttl_ms from lease where app = $1', [app]);
    expect(rows).toEqual([{ ttl_ms: 60_000 }]);
  });

  it('goes on by looks of before, which kept no verdict', async () => {
    const release = await begun();
    await release.write('canary-5', 5);
    const bad = { judgement: { confident: false, notCounted: [] } };
    await held(release, bad);
    await expect(release.write('canary-25', 25)).rejects.toThrow('no look has found');
    const good = { judgement: { version: 2, confident: true, notCounted: [], gaps: [] }, at: 602 };
    await release.look(good);
    expect(await release.write('canary-25', 25)).toMatchObject({ kind: 'written' });
  });

  it('compares with stable what alarms at 100 %, and goes on from there', async () => {
    const release = await begun({ ...plan, holdback: 0, steps: plan.steps.slice(2) });
    const { write, look, promote } = release;
    await write('canary-100', 100);
    await look({ verdict: 'alarm', at: 5, stage: 'canary-100', judgement: { absolute: 'alarm' } });
    await expect(promote()).rejects.toThrow('the newest look at canary-100');
    expect(await write('compare', 50)).toMatchObject({ kind: 'written' });
    await expect(promote()).rejects.toThrow('nobody has looked at compare');
    await look({ verdict: 'pass', at: 5, stage: 'compare' });
    expect(await promote()).toMatchObject({ kind: 'written' });
  });
});

describe('an audience', () => {
  const audience = { labels: { tenant: ['acme'] }, hold: '10m', minExposures: 20 };
  const first = planSchema.parse({ ...plan, audience });

  it('comes before the shares, is no share itself, and has to pass as a step does', async () => {
    const release = await begun(first);
    const { write, look, split, promote } = release;
    await expect(write('canary-5', 5)).rejects.toThrow('its first step was never served');
    await expect(write('audience', 25)).rejects.toThrow('audience serves 0 %, not 25 %');
    expect(await write('audience', 0)).toMatchObject({ kind: 'written' });
    expect(await split()).toMatchObject({
      weight: 0,
      counting: { audience: { weight: 25, labels: { tenant: ['acme'] }, subjects: [] } },
    });
    await expect(promote()).rejects.toThrow('its last step was never served');
    await expect(write('canary-5', 5)).rejects.toThrow('nobody has looked at audience');
    await look({ verdict: 'pass', at: 300, stage: 'audience' });
    await expect(write('canary-5', 5)).rejects.toThrow('audience was held for 90 s of 600 s');
    for (let at = 360; at <= 600; at += 60)
      await look({ verdict: 'wait', at, stage: 'audience', exposed: 0 });
    await look({ verdict: 'pass', at: 601, stage: 'audience', exposed: 0 });
    await expect(write('canary-25', 25)).rejects.toThrow('canary-25 does not follow audience');
    expect(await write('audience', 0, { again: 1 })).toMatchObject({ kind: 'written' });
    for (let at = 60; at <= 601; at += 60) await look({ verdict: 'wait', at, stage: 'audience', exposed: 1 });
    await look({ verdict: 'pass', at: 601, stage: 'audience', exposed: 1 });
    await expect(write('canary-5', 5)).rejects.toThrow('audience has 11 of 20 settled requests');
    await look({ verdict: 'pass', at: 602, stage: 'audience', exposed: 20 });
    expect(await write('canary-5', 5)).toMatchObject({ kind: 'written' });
    expect((await split())?.counting).toMatchObject({ audience: { weight: 25 } });
  });

  it.each([
    ['a larger share', { weight: 90, labels: { tenant: ['acme'] }, subjects: [] }],
    ['others', { weight: 25, labels: { tenant: ['acme', 'all'] }, subjects: [] }],
    ['nobody', undefined],
  ])('is that of its plan: the database takes none of %s', async (_what, told) => {
    const { app, releaseId, split } = await begun(first);
    const { rows } = await store.db.query<{ revision: string }>(
      'select revision from release where id = $1',
      [releaseId],
    );
    const counting = {
      ...{ releaseId, shortHorizonMs: 5_000, longHorizonMs: 60_000 },
      ...(told === undefined ? {} : { audience: told }),
    };
    const written = writeSplit(store.db, {
      ...{ app, environment, releaseId, counting, weight: 0, salt: releaseId, ttlMs: 60_000 },
      ...{ operationId: stepOperation(releaseId, 'audience', undefined), candidate: rows[0]?.revision ?? '' },
      ...{ expectedVersion: (await split())?.version ?? 0, actor: 'system:release', reason: 'forged' },
    });
    await expect(written).rejects.toThrow('its audience is not that of its plan');
    expect((await split())?.candidate).toBeUndefined();
  });
});

describe('a person’s word', () => {
  it('skips the hold of a step that a look has found good, also when somebody pauses after that', async () => {
    const { write, look, tell } = await begun();
    await write('canary-5', 5);
    await look({ verdict: 'wait', at: 4 });
    await tell('promote');
    await expect(write('canary-25', 25)).rejects.toThrow('no look has found that canary-5 has passed');
    await look({ verdict: 'pass', at: 5, exposed: 1 });
    await expect(write('canary-25', 25)).rejects.toThrow('canary-5 was held for 5 s of 600 s');
    await look({ verdict: 'pass', at: 6, judgement: { lacking: 'the hold is not over' } });
    await tell('pause');
    await tell('resume');
    expect(await write('canary-25', 25)).toMatchObject({ kind: 'written' });
    await expect(write('canary-100', 95)).rejects.toThrow('nobody has looked at canary-25');
  });

  it('is needed: what a look says to have lacked does not stand alone', async () => {
    const { write, look } = await begun();
    await write('canary-5', 5);
    await look({ verdict: 'pass', at: 6, judgement: { lacking: 'the hold is not over' } });
    await expect(write('canary-25', 25)).rejects.toThrow('canary-5 was held for 6 s of 600 s');
  });

  it('is none that came through Temporal, or from the system', async () => {
    const { write, tell } = await begun();
    await write('canary-5', 5);
    for (const nobody of ['temporal:ada', 'system:release']) {
      await expect(tell('promote', nobody)).rejects.toMatchObject({ code: 'conflict' });
    }
  });
});

describe('gates', () => {
  const gated = planSchema.parse({ ...plan, evaluate: {}, mirror: {} });
  const decide = async (releaseId: string, app: string, kind: 'evaluation' | 'mirror', outcome: string) => {
    const { rows } = await store.db.query<{ revision: string }>(
      'select revision from release where id = $1',
      [releaseId],
    );
    const id = `${releaseId}-${kind}`;
    await createEvalRun(store.db, {
      id,
      kind,
      releaseId,
      app,
      candidate: rows[0]?.revision ?? '',
      planned: {},
    });
    await decideEvalRun(store.db, { id, decision: { gate: { outcome, summary: 's', evidenceDigest: 'd' } } });
  };

  it('have passed in the database before anything is served', async () => {
    const { app, releaseId, write, endsAs } = await begun(gated);
    await expect(endsAs('evaluate', 'pass')).rejects.toThrow('no pass of it is stored');
    await expect(endsAs('mirror', 'skipped')).rejects.toThrow('its plan does not skip it');
    await expect(write('canary-5', 5)).rejects.toThrow('no passing evaluation');
    await decide(releaseId, app, 'evaluation', 'pass');
    await endsAs('evaluate', 'pass');
    await decide(releaseId, app, 'mirror', 'inconclusive');
    await expect(write('canary-5', 5)).rejects.toThrow('no passing mirror');
  });
});

it('a stage is recorded as what the rows say, an override as its giver’s', async () => {
  const { write, look, tell, endsAs } = await begun();
  await endsAs('evaluate', 'skipped');
  await write('canary-5', 5);
  await expect(endsAs('canary-5', 'pass')).rejects.toThrow('no look has found');
  await expect(endsAs('canary-5', 'override', 'user:eve')).rejects.toThrow('user:eve has not');
  await expect(endsAs('canary-25', 'skipped')).rejects.toThrow('no step is skipped');
  await expect(endsAs('finish', 'pass')).rejects.toThrow('its candidate is not stable');
  await tell('promote');
  await endsAs('canary-5', 'override', 'user:ada');
  await look({ verdict: 'pass', at: 1 });
  await endsAs('canary-5', 'pass');
});

const duration = fc
  .tuple(fc.integer({ min: 0, max: 900_000 }), fc.constantFrom('ms', 's', 'm', 'h'))
  .map(([n, unit]) => (unit === 'ms' ? `${n}ms` : `${n / 1000}${unit}`));
const plans = fc
  .record({
    weights: fc.uniqueArray(fc.integer({ min: 1, max: 4999 }), { maxLength: 4 }),
    hold: duration,
    holdback: fc.integer({ min: 0, max: 4999 }),
    minExposures: fc.integer({ min: 1, max: 1000 }),
    audience: fc.option(
      fc.record({ weight: fc.integer({ min: 1, max: 50 }), hold: fc.constantFrom('0s', '1.5h') }),
    ),
  })
  .map(({ weights, hold, holdback, minExposures, audience }) =>
    planSchema.parse({
      ...(audience === null ? {} : { audience: { ...audience, minExposures, subjects: ['ada'] } }),
      steps: [...weights.sort((x, y) => x - y).map((w) => w / 100), 100].map((weight) => ({
        ...{ weight, minExposures },
        hold: durationMs(hold) > 86_400_000 ? '1d' : hold,
      })),
      holdback: holdback / 100,
      maxHold: '14d',
    }),
  );

it.each([5, 0])(
  'by a plan with a guard a release becomes stable from its last step, and from none before it (%i %% held back)',
  async (holdback) => {
    const steps = [5, 25, 100].map((weight) => ({ weight, hold: '0s', minExposures: 1 }));
    const { write, look, promote } = await begun(
      planSchema.parse({ ...plan, steps, holdback, guard: '60m' }),
    );
    for (const weight of [5, 25]) {
      await write(`canary-${weight}`, weight);
      await look({ verdict: 'pass', at: 1, stage: `canary-${weight}` });
      await expect(promote()).rejects.toThrow('its last step was never served');
    }
    await write('canary-100', 100 - holdback);
    await expect(promote()).rejects.toThrow('nobody has looked at canary-100');
    await look({ verdict: 'pass', at: 1, stage: 'canary-100' });
    expect(await promote()).toMatchObject({ kind: 'written' });
  },
);

it('the database walks a plan as the release does', async () => {
  const many = fc.sample(plans, { numRuns: 200, seed: 32 });
  const { rows } = await store.db.query<{ course: object[] }>(
    `select (select json_agg(json_build_object('stage', stage, 'weight', weight, 'holdMs', hold_ms,
       'minExposures', min_exposures) order by place) from course_of(plan)) as course
     from jsonb_array_elements($1::jsonb) with ordinality as each (plan, n) order by n`,
    [JSON.stringify(many)],
  );
  const courses = many.map((each) => {
    const { steps, compare } = courseOf(each);
    return [...steps, compare].map(({ stage, weight, holdMs, minExposures }) => ({
      ...{ stage, holdMs, minExposures },
      weight: Number(weight.toFixed(2)),
    }));
  });
  expect(rows.map(({ course }) => course)).toEqual(courses);
});

it('a release keeps what it was begun with, and its end', async () => {
  const { app, releaseId } = await begun();
  const refused = async (change: string, why: string) => {
    await expect(store.db.query(`update release set ${change} where id = $1`, [releaseId])).rejects.toThrow(
      why,
    );
  };
  await refused(`policy = jsonb_set(policy, '{waived}', '[]')`, 'never changes');
  for (const column of ['plan_digest', 'plan_name', 'stable', 'actor', 'author', 'workflow_id'])
    await refused(`${column} = 'x'`, 'never changes');
  await refused(`state = 'promoted', closed_at = now()`, 'has made nothing stable');
  await store.db.query(`update release set state = 'aborted', closed_at = now() where app = $1`, [app]);
  await refused(`state = 'progressing', closed_at = null`, 'is aborted: it cannot be progressing next');
});
