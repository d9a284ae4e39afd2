import { randomBytes, randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { sealAuditWith } from '../../../config-store/chain/audit-keys.ts';
import { appendAudit } from '../../../config-store/audit/append-audit.ts';
import { beginSealing } from '../../../config-store/audit/begin-sealing.ts';
import { createEvalRun } from '../../../config-store/evaluations/create-eval-run.ts';
import { createKey } from '../../../config-store/tokens/create-key.ts';
import { createToken } from '../../../config-store/tokens/create-token.ts';
import type { Db } from '../../../config-store/postgres/db.ts';
import { decideEvalRun } from '../../../config-store/evaluations/decide-eval-run.ts';
import { storeLook } from '../../../config-store/looks/store-look.ts';
import { readAuditEntries } from '../../../config-store/audit/read-audit-entries.ts';
import { readAuditHead } from '../../../config-store/audit/read-audit-head.ts';
import { recordCommand } from '../../../config-store/releases/commands/record-command.ts';
import { recordStage } from '../../../config-store/releases/progress/record-stage.ts';
import { listReviews, signReview } from '../../../config-store/change-control/reviews.ts';
import { revokeKey } from '../../../config-store/tokens/revoke-key.ts';
import { revokeToken } from '../../../config-store/tokens/revoke-token.ts';
import { rollback } from '../../../config-store/splits/rollback.ts';
import { sequenceAudit } from '../../../config-store/chain/sequence-audit.ts';
import {
  createApp,
  environment,
  promote,
  raise,
  startRelease,
} from '../../../config-store/test-fixtures/release-fixture.ts';
import { setApp } from '../../../config-store/apps/set-app.ts';
import { inTransaction } from '../../../config-store/postgres/transaction.ts';
import { createTrust, exchangeToken } from '../../../config-store/tokens/trusts.ts';
import { insertCalibration } from '../../../config-store/judges/insert-calibration.ts';
import type { ChainedEntry } from '../../../domain/audit/entry.ts';
import type { AuditHead } from '../../../domain/audit/head.ts';
import { auditKeyOf, type AuditKey, type AuditKeys } from '../../../domain/audit/keys.ts';

export interface AuditedWorld {
  db: Pool;
  app: string;
  /** The present key and the one before it. */
  keys: AuditKeys;
  former: AuditKey;
  heads: AuditHead[];
  entries: ChainedEntry[];
  /** The place of the first entry that a key seals. */
  sealedFrom: number;
}

export function newKey(): AuditKey {
  return auditKeyOf(randomBytes(32).toString('base64'));
}

/** Some of all that the log holds: a release that was taken back, a promotion, a rollback, tokens, a policy. */
export async function live(db: Pool, app: string, label: string): Promise<void> {
  const opened = await startRelease(db, app, label);
  const { id: releaseId, revision } = opened.release;
  const run = `run-${randomUUID()}`;
  await createEvalRun(db, { id: run, kind: 'evaluation', releaseId, app, candidate: revision, planned: [] });
  await decideEvalRun(db, { id: run, decision: { gate: { outcome: 'fail' } } });
  await db.query(
    `insert into first_evaluation (id, app, revision, plan_name, plan, suites, actor)
     values ($1, $2, $3, 'default', '{}', '[]', 'user:ada')`,
    [run, app, revision],
  );
  const stage = { releaseId, stage: 'canary-5', startedAt: new Date().toISOString() };
  await raise(db, opened, { weight: 5, expectedVersion: opened.splitVersion });
  for (const look of [1, 2]) {
    const splitVersion = opened.splitVersion + 1;
    await storeLook(db, {
      ...stage,
      look,
      splitVersion,
      counts: { bad: look },
      judgement: { verdict: 'wait' },
    });
  }
  await recordStage(db, { ...stage, outcome: 'fail', summary: 'too many errors' });
  await recordCommand(db, {
    releaseId,
    kind: 'abort',
    actor: 'user:ada',
    reason: 'bad',
    idempotencyKey: run,
  });
  await db.query('select close_release($1, $2, $3)', [releaseId, 'aborted', 'aborted']);
  await promote(db, app, `${label}-next`);
  await rollback(db, { app, environment, actor: 'user:bob', reason: 'worse', operationId: randomUUID() });
  await createToken(db, { name: `${label}-ci`, role: 'releaser', actor: 'user:ada' });
  await createToken(db, { name: `${label}-old`, role: 'operator', actor: 'user:ada' });
  await revokeToken(db, { name: `${label}-old`, actor: 'user:ada' });
  await setApp(db, { app, settings: { samplesPerSecond: 2 }, actor: 'user:ada' });
  await letOthersIn(db, app, label);
  await insertCalibration(db, {
    ...{
      judge: `${label}-judge`,
      name: 'default',
      environment: 'staging',
      labelsDigest: 'd',
      actor: 'user:ada',
    },
    ...{ goodPassed: 20, goodFailed: 5, badPassed: 5, badFailed: 20, notJudged: 0, pairs: 12, flips: 2 },
  });
  await haveOthersLook(db, releaseId, label);
  await sequenceAudit(db);
}

/** A key for callers, and a run of CI that is trusted and comes. */
async function letOthersIn(db: Db, app: string, label: string): Promise<void> {
  const limits = { requestsPerMinute: 60, inFlight: 2 };
  for (const name of [`${label}-callers`, `${label}-gone`])
    await createKey(db, { name, apps: [app], scopes: ['outcomes'], ...limits, actor: 'user:ada' });
  await revokeKey(db, { name: `${label}-gone`, actor: 'user:ada' });
  const pinned = { audience: 'sluice', ref: 'refs/heads/main', workflow: 'w.yaml', events: ['push'] };
  const about = { name: `${label}-runs`, provider: 'github', issuer: 'https://ci.example' } as const;
  const rights = { role: 'releaser', ttlMs: 60_000 } as const;
  const trust = await createTrust(db, { ...about, ...pinned, ...rights, repositoryId: '1' }, 'user:ada');
  const run = { repositoryId: '1', repository: 'a/b', workflowRef: 'w.yaml', event: 'push', runId: '7' };
  await exchangeToken(db, {
    ...{ trust, run: { ...run, ref: pinned.ref, actorId: '9' }, subject: 'github:9', jti: randomUUID() },
    expires: Date.now() / 1000 + 60,
  });
}

/** What was approved, what was done past the rules, and who has looked at that since. */
async function haveOthersLook(db: Db, releaseId: string, label: string): Promise<void> {
  const subject = `${label}-bob`;
  await inTransaction(db, async (client) => {
    await client.query(
      `insert into approval (release_id, stage, revision, plan_digest, evidence, actor, subject, expires_at)
       values ($1, 'canary-5', 'rev_1', 'plan', 'evidence', 'token:bob', $2, now() + interval '1 day')`,
      [releaseId, subject],
    );
    const given = { actor: 'token:bob', action: 'release.approved', releaseId, details: { subject } };
    await appendAudit(client, given);
  });
  const skipped = { evaluation: 'skipped', reason: 'outage' };
  for (const app of [`${label}-seen`, `${label}-open`])
    await appendAudit(db, { actor: 'user:ada', action: 'app.first_stable', app, details: skipped });
  const { items } = await listReviews(db, { limit: 50 });
  const { id = 0 } = items.find(({ app }) => app === `${label}-seen`) ?? {};
  await signReview(db, { id, actor: 'token:bob', subject, role: 'operator', note: 'rightly so' });
}

/** A history that began without a key, was sealed, and had its key replaced; each end of it was noted. */
export async function createAuditedWorld(db: Pool): Promise<AuditedWorld> {
  const [former, present] = [newKey(), newKey()];
  const heads: AuditHead[] = [];
  const note = async (): Promise<void> => {
    await sequenceAudit(db);
    heads.push(await readAuditHead(db));
  };
  const { app } = await createApp(db);
  await promote(db, app, 'early');
  await note();
  const sealedFrom = (heads.at(-1)?.number ?? 0) + 1;
  sealAuditWith(db, [former]);
  await beginSealing(db);
  await live(db, app, 'b');
  await note();
  sealAuditWith(db, [present, former]);
  await beginSealing(db);
  await live(db, app, 'c');
  await note();
  const entries = await readAuditEntries(db, { after: 0, limit: 100_000 });
  return { db, app, keys: [present, former], former, heads, entries, sealedFrom };
}

/**
 * Runs what somebody with all rights on the database does, in a transaction that is taken back again: its triggers are
 * off unless `withTriggers`.
 */
export async function asSuperuser<T>(
  db: Pool,
  work: (client: PoolClient) => Promise<T>,
  { withTriggers = false } = {},
): Promise<T> {
  const client = await db.connect();
  try {
    await client.query('begin');
    await client.query('set local idle_in_transaction_session_timeout = 0');
    if (!withTriggers) await client.query('set local session_replication_role = replica');
    return await work(client);
  } finally {
    await client.query('rollback');
    client.release();
  }
}
