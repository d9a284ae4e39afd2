import fc from 'fast-check';
import { createRelease } from '../releases/create-release.ts';
import { listHistory } from '../splits/list-history.ts';
import { makeStable } from '../test-fixtures/unfounded-writes.ts';
import { readRelease } from '../releases/read-release.ts';
import { readSplit } from '../splits/read-split.ts';
import { recordCommand } from '../releases/commands/record-command.ts';
import { rollback } from '../splits/rollback.ts';
import {
  createApp,
  environment,
  plan,
  publish,
  raise,
  startRelease,
} from '../test-fixtures/release-fixture.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';
import type { HistoryRow } from '../splits/split-row.ts';
import { verifyAudit } from '../audit/verify-audit.ts';

const store = useDatabase();

const actions = ['raise', 'raise again', 'pause', 'resume', 'abort', 'rollback', 'promote'] as const;
type Action = (typeof actions)[number];

/** Sends actions all at once; each reads where the split is first, as its sender would have. */
async function run(app: string, opened: Awaited<ReturnType<typeof startRelease>>, script: readonly Action[]) {
  const { db } = store;
  const releaseId = opened.release.id;
  const act: Record<Action, (i: number) => Promise<unknown>> = {
    raise: async (i) =>
      raise(db, opened, { weight: 1 + i, expectedVersion: await version(app), operation: `r${i}` }),
    'raise again': async () =>
      raise(db, opened, { weight: 50, expectedVersion: await version(app), operation: 'same' }),
    pause: (i) => recordCommand(db, { releaseId, kind: 'pause', actor: 'user:ada', idempotencyKey: `k${i}` }),
    resume: (i) =>
      recordCommand(db, { releaseId, kind: 'resume', actor: 'user:ada', idempotencyKey: `k${i}` }),
    abort: () => recordCommand(db, { releaseId, kind: 'abort', actor: 'user:ada', idempotencyKey: 'abort' }),
    rollback: (i) =>
      rollback(db, {
        app,
        environment,
        takeOut: opened.release.revision,
        actor: 'user:ada',
        reason: 'bad',
        operationId: `press-${i}`,
      }),
    promote: async () =>
      makeStable(db, {
        releaseId,
        operationId: `${releaseId}/finish`,
        expectedVersion: await version(app),
        actor: 'system:release',
        reason: 'passed',
      }),
  };
  return Promise.allSettled(script.map((action, i) => act[action](i)));
}

async function version(app: string) {
  return (await readSplit(store.db, { app, environment }))!.version;
}

async function historyOf(app: string): Promise<HistoryRow[]> {
  return (await listHistory(store.db, { app, environment })).items.reverse();
}

describe('writers of one split, all at once', () => {
  it('keep its invariants in any interleaving (invariants 2, 4, 5, 8, 9, 18)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...actions), { minLength: 4, maxLength: 14 }),
        async (script) => {
          const { app, a } = await createApp(store.db);
          const opened = await startRelease(store.db, app, 'b');
          const results = await run(app, opened, script);
          for (const result of results) {
            // A late decision is refused, and a promotion before any raise; nothing else may fail.
            if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict' });
          }
          const history = await historyOf(app);
          const release = (await readRelease(store.db, opened.release.id))!;
          // Versions rise one by one, and the newest is what is served.
          expect(history.map((row) => row.version)).toEqual(history.map((_, i) => i + 1));
          expect(await readSplit(store.db, { app, environment })).toMatchObject({ version: history.length });
          // No operation was written twice.
          expect(new Set(history.map((row) => row.operationId)).size).toBe(history.length);
          // No raise after what ends a release, and whichever end it was, that is how the release is.
          const end = history.findIndex(({ kind }) => kind === 'rollback' || kind === 'promote');
          const after = end === -1 ? [] : history.slice(end + 1);
          expect(after.filter(({ kind }) => kind === 'raise' || kind === 'promote')).toEqual([]);
          if (history[end]?.kind === 'promote') expect(release.state).toBe('promoted');
          if (history[end]?.kind === 'rollback') {
            expect(release.state).toBe('rolling_back');
            // What was taken out serves no more.
            expect(history.at(-1)).toMatchObject({ stable: a, weight: 0 });
            expect(history.at(-1)?.candidate).toBeUndefined();
          }
        },
      ),
      { numRuns: 25 },
    );
  }, 60_000);

  it('chain every audit entry without a gap (invariants 11, 12)', async () => {
    const apps = await Promise.all([createApp(store.db), createApp(store.db), createApp(store.db)]);
    await Promise.all(
      apps.map(async ({ app }) => {
        const opened = await startRelease(store.db, app, 'b');
        return run(app, opened, ['raise', 'raise again', 'pause', 'resume', 'raise', 'abort', 'raise']);
      }),
    );
    const { rows } = await store.db.query<{ n: string }>('select count(*) as n from audit_entry');
    const verdict = await verifyAudit(store.db);
    expect(verdict).toMatchObject({ ok: true, verified: Number(rows[0]!.n), pending: 0 });
    // One entry for every version of every split.
    const { rows: unrecorded } = await store.db.query(
      `select app, version from split_history h where not exists (select from audit_entry e
         where e.app = h.app and e.action = 'split.' || h.kind and (e.details->>'version')::bigint = h.version)`,
    );
    expect(unrecorded).toEqual([]);
  });

  it('open one release at a time (invariant 3)', async () => {
    const { app } = await createApp(store.db);
    const labels = ['b', 'c', 'd', 'e', 'f'];
    const digests = [];
    for (const label of labels) digests.push(await publish(store.db, app, label));
    const results = await Promise.allSettled(
      digests.map((revision) =>
        createRelease(store.db, {
          app,
          environment,
          revision,
          planName: 'default',
          plan,
          suites: [],
          provenance: {},
          actor: 'user:ada',
        }),
      ),
    );
    const created = results.filter(({ status }) => status === 'fulfilled');
    expect(created).toHaveLength(1);
    const id = created[0]?.status === 'fulfilled' ? created[0].value.id : '';
    for (const result of results) {
      if (result.status === 'rejected') {
        expect(result.reason).toMatchObject({ code: 'busy', details: { releaseId: id } });
      }
    }
  });
});
