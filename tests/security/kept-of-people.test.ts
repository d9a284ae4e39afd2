import { randomBytes, randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import type { Erased } from '../../api/schemas/erasures.ts';
import { subjectKey, useApi } from '../../api/test-fixtures/api-under-test.ts';
import { sluice } from '../../cli/test-fixtures/sluice.ts';
import { setApp } from '../../config-store/apps/set-app.ts';
import { createEvalRun } from '../../config-store/evaluations/create-eval-run.ts';
import { decideEvalRun } from '../../config-store/evaluations/decide-eval-run.ts';
import { readSampleStock } from '../../config-store/evaluations/sample-stock.ts';
import { insertSamples } from '../../config-store/gateway-view/insert-samples.ts';
import { readGatewayView } from '../../config-store/gateway-view/read-gateway-view.ts';
import { sampleKeyIds } from '../../config-store/gateway-view/sample-key-ids.ts';
import { insertEvalResults } from '../../config-store/evaluations/insert-eval-results.ts';
import { readFreshSamples } from '../../config-store/evaluations/read-fresh-samples.ts';
import { readSamples } from '../../config-store/evaluations/read-samples.ts';
import { keepMirrored, readMirrored } from '../../config-store/evaluations/mirrored.ts';
import type { MirroredPairs, MirrorReport } from '../../api/schemas/mirror.ts';
import { createApp, environment, startRelease } from '../../config-store/test-fixtures/release-fixture.ts';
import { publishPolicy } from '../../config-store/policies/publish-policy.ts';
import { deleteExpired } from '../../config-store/postgres/delete-expired.ts';
import { policySchema } from '../../domain/policy/policy.ts';
import { mirroredPlace } from '../../program/mirrored-place.ts';
import {
  createDataKeys,
  createSealingKeys,
  requireKnownKey,
  subjectHash,
  type DataKeys,
} from '../../program/data-keys.ts';
import { open, seal } from '../../program/sealing.ts';

const mirrorKeys = createSealingKeys([randomBytes(32)]);
const api = useApi({ mirrorKeys });
const [former, current] = [randomBytes(32), randomBytes(32)];
const before = createDataKeys([former], subjectKey);
const rotated = createDataKeys([current, former], subjectKey);
const hashOf = (app: string, subject: string): string => subjectHash(before, app, subject);

async function keep(
  app: string,
  subject: string,
  keys: DataKeys = before,
  more = freshOf(),
): Promise<string> {
  const id = randomUUID();
  const body = seal(keys, { kind: 'sample', app, environment, id }, Buffer.from(subject));
  const metadata = { subject: hashOf(app, subject) };
  await insertSamples(api.db, [
    {
      id,
      app,
      environment,
      revision: 'rev_1',
      arm: 'stable',
      ttlMs: 60_000,
      metadata,
      body,
      altered: true,
      ...more,
    },
  ]);
  return id;
}

/** The request as it came, for so long. */
function freshOf({ body = Buffer.alloc(64), ttlMs = 60_000 } = {}) {
  return { fresh: body, freshTtlMs: ttlMs };
}

const fresh = (app: string) => readFreshSamples(api.db, { app, environment, limit: 1_000 });

const kept = (app: string) => readSamples(api.db, { app, environment, limit: 100 });

describe('the data key', () => {
  const reseal = (keys: readonly Buffer[], ...options: string[]) =>
    sluice(['reseal', '--json', ...options], {
      cwd: tmpdir(),
      env: {
        DATABASE_URL: api.databaseUrl,
        SLUICE_DATA_KEY: keys.map((key) => key.toString('base64')).join(','),
      },
    });

  it('is changed without losing a sample, and the former one then opens nothing', async () => {
    const { app } = await createApp(api.db);
    const id = await keep(app, 'ada');
    await keep(app, 'eve', createDataKeys([randomBytes(32)]));
    expect(JSON.parse((await reseal([current, former])).stdout)).toMatchObject({
      resealed: 1,
      unreadable: 1,
    });
    expect(JSON.parse((await reseal([current], '--drop-unreadable')).stdout)).toMatchObject({
      ...{ resealed: 0, current: 1, unreadable: 1, key: rotated.current.id },
    });
    const [sample, ...others] = await kept(app);
    expect([sample?.id, others]).toEqual([id, []]);
    const place = { kind: 'sample', ...sample! } as const;
    expect(open(createDataKeys([current]), place, sample!.body).toString()).toBe('ada');
    expect(() => open(before, place, sample!.body)).toThrow('does not have its key');
  });

  it('is refused where it is none of those that samples are sealed with, by its name', async () => {
    const { app } = await createApp(api.db);
    await keep(app, 'ada', rotated);
    const ids = await sampleKeyIds(api.db, environment);
    expect(ids).toContain(rotated.current.id);
    const wrong = createDataKeys([randomBytes(32)]);
    expect(() => {
      requireKnownKey(wrong, ids);
    }).toThrow(wrong.current.id);
    requireKnownKey(rotated, ids);
    requireKnownKey(wrong, []);
  });
});

describe('what is kept of a subject', () => {
  const rows = async (app: string) => {
    const { rows } = await api.db.query<{ text: string }>(
      `select to_jsonb(t)::text as text from (select app, metadata from sample) t where app = $1
       union all select to_jsonb(t)::text from fresh_sample t where app = $1
       union all select to_jsonb(t)::text from eval_run t where app = $1
       union all select to_jsonb(t)::text from seen_subject t where app = $1`,
      [app],
    );
    return rows.map(({ text }) => text).join('\n');
  };

  it('is erased with all that was made of it, and nobody else’s; it is neither audited nor does it come back', async () => {
    const [{ app, a }, other] = [await createApp(api.db), await createApp(api.db)];
    const [mine, , theirs] = [
      await keep(app, 'user-4711'),
      await keep(other.app, 'user-4711'),
      await keep(app, 'user-4712'),
    ];
    const samples = [mine, theirs].map((id, i) => ({
      id,
      group: hashOf(app, i === 0 ? 'user-4711' : 'user-4712'),
    }));
    const run = {
      id: `mirror-${app}`,
      kind: 'mirror' as const,
      app,
      candidate: 'rev_b',
      stable: a,
      ttlMs: 60_000,
    };
    await createEvalRun(api.db, { ...run, planned: { version: 2, samples } });
    await insertEvalResults(
      api.db,
      [mine, theirs].map((caseId) => ({
        ...{ runId: run.id, caseId, revision: 'rev_b', target: 0, repeat: 0, passed: true, details: {} },
      })),
    );
    for (const caseId of [mine, theirs])
      await keepMirrored(api.db, { runId: run.id, caseId, part: 'request', body: randomBytes(9) });
    await decideEvalRun(api.db, { id: run.id, decision: {} });
    await api.db.query(
      `insert into seen_subject (app, environment, split_version, subject_hash, arm) values ($1, $2, 1, $3, 'stable')`,
      [app, environment, hashOf(app, 'user-4711')],
    );
    const call = { as: 'admin' as const, body: { subject: 'user-4711', app, reason: 'asked for it' } };
    const answer = await api.post<Erased>('/v1/erasures', call);
    expect([answer.status, answer.body.erased]).toEqual([
      200,
      { samples: 1, freshSamples: 1, mirrorResults: 1, chargedSubjects: 0, seenSubjects: 1, observations: 0 },
    ]);
    const mirrored = async (caseIds: string[]) => readMirrored(api.db, { runId: run.id, caseIds });
    // An answer that was on its way comes too late to be kept.
    await keepMirrored(api.db, { runId: run.id, caseId: mine, part: 'stable', body: randomBytes(9) });
    expect((await mirrored([mine, theirs])).map(({ caseId }) => caseId)).toEqual([theirs]);
    expect(await rows(app)).not.toContain(hashOf(app, 'user-4711'));
    expect(await rows(app)).toContain(hashOf(app, 'user-4712'));
    expect(await kept(other.app)).toHaveLength(1);
    const { rows: audit } = await api.db.query<{ text: string }>(
      `select to_jsonb(t)::text as text from audit_entry t where action = 'subject.erased'`,
    );
    expect(audit).toHaveLength(1);
    expect(audit[0]?.text).toContain('asked for it');
    expect(audit[0]?.text).not.toContain('user-4711');
    expect(audit[0]?.text).not.toContain(hashOf(app, 'user-4711'));
    await keep(app, 'user-4711'); // A gateway had it in its hands.
    expect((await kept(app)).map(({ id }) => id)).toEqual([theirs]);
    expect((await fresh(app)).map(({ id }) => id)).toEqual([theirs]);
    const everywhere = await api.post<Erased>('/v1/erasures', {
      as: 'admin',
      body: { subject: 'user-4711' },
    });
    expect(everywhere.body.erased.samples).toBe(1);
  });

  it('is erased by admins alone', async () => {
    const call = { as: 'operator' as const, body: { subject: 'ada' } };
    expect((await api.post('/v1/erasures', call)).status).toBe(403);
  });
});

describe('what is kept of a request as it came', () => {
  const rowsThere = async (app: string) =>
    (await api.db.query('select from fresh_sample where app = $1', [app])).rowCount;
  const cleanUp = () => deleteExpired(api.db);
  const age = (app: string, by: string) =>
    api.db.query(
      'update fresh_sample set created_at = created_at - $2::interval, expires_at = expires_at - $2::interval where app = $1',
      [app, by],
    );

  it('is kept for an hour at most, whatever a gateway says', async () => {
    const { app } = await createApp(api.db);
    await keep(app, 'ada', before, freshOf({ ttlMs: 7 * 86_400_000 }));
    await age(app, '59 minutes 50 seconds');
    expect(await fresh(app)).toHaveLength(1);
    await age(app, '11 seconds');
    // Nobody has deleted it: it is given to nobody all the same.
    expect([await rowsThere(app), await fresh(app)]).toEqual([1, []]);
    await expect(
      api.db.query(`update fresh_sample set expires_at = expires_at + interval '1 hour'`),
    ).rejects.toThrow('check constraint');
    expect((await cleanUp()).freshSamples).toBe(1);
    expect(await rowsThere(app)).toBe(0);
  });

  it('goes also where nobody cleans up, with what gateways write next', async () => {
    const { app } = await createApp(api.db);
    await keep(app, 'ada');
    await age(app, '1 hour');
    await keep((await createApp(api.db)).app, 'eve');
    expect(await rowsThere(app)).toBe(0);
  });

  it.each([
    [
      'its policy forbids it',
      async (app: string) => {
        const policy = policySchema.parse({ samples: { fresh: 'forbidden' } });
        await publishPolicy(api.db, { scope: app, policy, actor: 'user:ada' });
      },
    ],
    [
      'it keeps no content',
      async (app: string) => {
        await setApp(api.db, { app, settings: { sampling: 'metadata' }, actor: 'user:ada' });
      },
    ],
  ])('is neither read nor kept of an app from the moment that %s', async (_, forbid) => {
    const { app } = await createApp(api.db);
    await keep(app, 'ada');
    await forbid(app);
    expect(await fresh(app)).toEqual([]);
    await keep(app, 'eve');
    expect(await rowsThere(app)).toBe(1);
    await cleanUp();
    expect(await rowsThere(app)).toBe(0);
    const [view] = Object.values((await readGatewayView(api.db, { environment })).apps).filter(
      ({ split }) => split.app === app,
    );
    expect(view?.keepsFresh).toBe(false);
  });

  it('is no more than an app keeps, in number and in bytes: the newest', async () => {
    const [{ app: many }, { app: large }] = [await createApp(api.db), await createApp(api.db)];
    await setApp(api.db, { app: many, settings: { maxFreshSamples: 100 }, actor: 'user:ada' });
    await setApp(api.db, { app: large, settings: { maxFreshMegabytes: 1 }, actor: 'user:ada' });
    for (const [app, bytes, count] of [
      [many, 10, 103],
      [large, 400_000, 5],
    ] as const) {
      await api.db.query(
        `insert into fresh_sample (id, app, environment, subject, body, created_at, expires_at)
         select gen_random_uuid(), $1, $2, n::text, decode(repeat('ab', $3), 'hex'), now() - n * interval '1 second',
           now() + interval '1 minute'
         from generate_series(1, $4) n`,
        [app, environment, bytes, count],
      );
    }
    expect((await cleanUp()).freshSamplesOverCap).toBe(3 + 3);
    expect([await rowsThere(many), (await fresh(large)).map(({ subject }) => subject)]).toEqual([
      100,
      ['1', '2'],
    ]);
    const [stock] = await readSampleStock(api.db, { app: large, environment });
    expect(stock).toMatchObject({ fresh: 2, freshBytes: 800_000, whole: 0, lastHour: 2, keepsFresh: true });
  });

  it('is in no copy of the server: neither in its log of changes nor in a base backup', async () => {
    const { rows } = await api.db.query(
      `select relpersistence from pg_class where relname like 'fresh_sample%'`,
    );
    expect(rows.map(({ relpersistence }: { relpersistence: string }) => relpersistence)).toEqual(
      rows.map(() => 'u'),
    );
  });
});

describe('what a mirror asked and heard', () => {
  async function mirrorOf() {
    const { app, a } = await createApp(api.db);
    const { release } = await startRelease(api.db, app, 'b');
    const id = await keep(app, 'ada');
    const runId = `${release.id}-mirror`;
    await createEvalRun(api.db, {
      ...{ id: runId, kind: 'mirror', app, candidate: release.revision, stable: a, releaseId: release.id },
      planned: { samples: [{ id }], margin: 0.05, minPairs: 30 },
    });
    const seal1 = (part: 'request' | 'candidate', content: object, keys = mirrorKeys) =>
      keepMirrored(api.db, {
        ...{ runId, caseId: id, part },
        body: seal(
          keys,
          mirroredPlace({ app, environment, runId, caseId: id, part }),
          Buffer.from(JSON.stringify(content)),
        ),
      });
    await decideEvalRun(api.db, {
      id: runId,
      decision: {
        gate: { outcome: 'fail', summary: '1 pairs' },
        decision: { worst: [{ id, later: false, why: ['candidate refused'] }] },
      },
    });
    const path = `/v1/releases/${release.id}/mirror`;
    return { id, runId, path, seal1 };
  }

  it('is shown to who may read content, and figures to everybody else', async () => {
    const { id, path, seal1 } = await mirrorOf();
    await seal1('request', { turns: [{ role: 'user', text: 'hi' }], earlierTurns: 0, variables: {} });
    await seal1('candidate', { text: 'no', calls: [] });
    const report = await api.get<MirrorReport>(path, { as: 'viewer' });
    expect(report.body).toMatchObject({ outcome: 'fail', samples: 1, worst: [{ id }] });
    expect(JSON.stringify(report.body)).not.toContain('hi');
    expect((await api.get(`${path}/pairs`, { as: 'viewer' })).status).toBe(403);
    const { body } = await api.get<MirroredPairs>(`${path}/pairs?limit=5`, { as: 'admin' });
    expect(body.items).toEqual([
      {
        ...{ id, later: false, why: ['candidate refused'] },
        request: { turns: [{ role: 'user', text: 'hi' }], earlierTurns: 0, variables: {} },
        candidate: { text: 'no', calls: [] },
      },
    ]);
  });

  it('opens by its own key alone, and not once its sample is over', async () => {
    const { path, seal1 } = await mirrorOf();
    await seal1('candidate', { text: 'no', calls: [] }, before);
    expect((await api.get(`${path}/pairs`, { as: 'admin' })).status).toBe(403);
    const over = await mirrorOf();
    await over.seal1('candidate', { text: 'no', calls: [] });
    await api.db.query(`update mirrored set expires_at = now() where run_id = $1`, [over.runId]);
    const { body } = await api.get<MirroredPairs>(`${over.path}/pairs`, { as: 'admin' });
    expect(body.items[0]).not.toHaveProperty('candidate');
    expect((await deleteExpired(api.db)).mirrored).toBe(1);
  });
});
