import type { Pool, PoolClient } from 'pg';
import { keepProgress } from '../../../activities/release/keep-progress.ts';
import { queryOne } from '../../../config-store/postgres/db.ts';
import { beginRestart } from '../../../config-store/releases/progress/begin-restart.ts';
import { claimReleaseProgress } from '../../../config-store/releases/progress/claim-release-progress.ts';
import { closeRelease } from '../../../config-store/releases/close-release.ts';
import { createRelease } from '../../../config-store/releases/create-release.ts';
import { markCommandApplied } from '../../../config-store/releases/commands/mark-command-applied.ts';
import { openRelease } from '../../../config-store/releases/open-release.ts';
import { readCommands } from '../../../config-store/releases/commands/read-commands.ts';
import { recordCommand } from '../../../config-store/releases/commands/record-command.ts';
import { recordStage } from '../../../config-store/releases/progress/record-stage.ts';
import { setProgress } from '../../../config-store/releases/progress/set-progress.ts';
import { renewLease } from '../../../config-store/test-fixtures/renew-lease.ts';
import { rollback } from '../../../config-store/splits/rollback.ts';
import { withdrawRelease } from '../../../config-store/splits/withdraw-release.ts';
import {
  createApp,
  environment,
  plan,
  publish,
} from '../../../config-store/test-fixtures/release-fixture.ts';
import { makeStable, putCandidate } from '../../../config-store/test-fixtures/unfounded-writes.ts';
import { SluiceError } from '../../../domain/errors.ts';
import {
  firstRunOf,
  labelOf,
  revisions,
  runIdOf,
  stateOf,
  type Move,
  type Player,
  type RunOfTwo,
  type Seen,
} from './moves.ts';

interface Real {
  /** In a transaction that leaves nothing behind. */
  readonly db: PoolClient;
  readonly app: string;
  readonly digests: readonly string[];
  /** Of the newest release. */
  releaseId: string | undefined;
  candidate: string;
  operations: number;
  commands: number;
}

/** Plays by the product's own operations on a real database, on an app that is gone afterwards. */
export async function playForReal(pool: Pool, play: (player: Player) => Promise<void>): Promise<void> {
  const db = await pool.connect();
  try {
    await db.query('begin');
    await play(await realPlayer(db));
    await db.query('rollback');
  } finally {
    db.release(true);
  }
}

async function realPlayer(db: PoolClient): Promise<Player> {
  const { app, a } = await createApp(db);
  const digests = [a];
  for (let i = 1; i < revisions; i += 1) digests.push(await publish(db, app, labelOf(i)));
  const real: Real = { db, app, digests, releaseId: undefined, candidate: '', operations: 0, commands: 0 };
  return {
    async play(move) {
      real.operations += 1;
      const result = await said(db, () => make(real, move));
      return seen(real, result);
    },
  };
}

/** A move is a transaction of its own: one that is refused writes nothing. */
async function said(db: PoolClient, make: () => Promise<string>): Promise<string> {
  await db.query('savepoint move');
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code === 'internal' || error.code === 'unreachable')
      throw error;
    await db.query('rollback to savepoint move');
    return 'refused';
  }
}

async function make(real: Real, move: Move): Promise<string> {
  const { db, app, digests, operations, releaseId } = real;
  if (move.op === 'create') {
    const revision = digests[move.revision] ?? '';
    const by = { planName: 'default', plan, suites: [], provenance: {}, actor: 'user:ada' };
    const { id } = await createRelease(db, { app, environment, revision, ...by });
    Object.assign(real, { releaseId: id, candidate: revision });
    return 'done';
  }
  if (move.op === 'press') {
    const takeOut = move.takeOut === undefined ? undefined : digests[move.takeOut];
    const press = { operationId: `press-${operations}`, actor: 'user:ada', reason: 'bad answers' };
    return (await rollback(db, { app, environment, ...press, takeOut })).kind;
  }
  return releaseId === undefined ? 'nothing' : makeOn(real, move, releaseId);
}

async function makeOn(
  real: Real,
  move: Exclude<Move, { op: 'create' | 'press' }>,
  releaseId: string,
): Promise<string> {
  const { db } = real;
  switch (move.op) {
    case 'open':
      return open(real, releaseId, move.run);
    case 'enter':
      return keeping(db, releaseId, move, () =>
        setProgress(db, { releaseId, stage: move.stage, progress: {} }),
      );
    case 'record': {
      const { stage } = move;
      const end = {
        outcome: 'inconclusive' as const,
        summary: 'it ends',
        startedAt: new Date(0).toISOString(),
      };
      return keeping(db, releaseId, move, () => recordStage(db, { releaseId, stage, ...end }));
    }
    case 'keep':
      return keeping(db, releaseId, move, () => Promise.resolve());
    case 'raise':
    case 'promote':
      return write(real, move, releaseId);
    case 'renew': {
      const { renewed } = await renewLease(db, { releaseId, ttlMs: move.ttlMs });
      return renewed ? 'done' : 'refused';
    }
    case 'command': {
      const { kind, resume } = move;
      const idempotencyKey = String(real.commands + 1);
      await recordCommand(db, { releaseId, kind, actor: 'user:ada', idempotencyKey, resume });
      real.commands += 1;
      return 'done';
    }
    case 'apply': {
      const [command] = await readCommands(db, { releaseId });
      if (command === undefined) return 'nothing';
      return keeping(db, releaseId, move, () => markCommandApplied(db, { id: command.id, result: 'read' }));
    }
    case 'restart': {
      const restart = { firstRunId: firstRunOf(move.run), actor: 'system:reconciler', reason: 'stuck' };
      return (await beginRestart(db, { releaseId, ...restart })) ? 'done' : 'refused';
    }
    case 'withdraw': {
      const { run, behind, ending } = move;
      const by = {
        actor: 'system:guardrail',
        reason: 'worse',
        operationId: `${releaseId}/withdraw/${real.operations}`,
      };
      const expectedVersion = (await version(real)) - behind;
      return withdrawRelease(db, { releaseId, firstRunId: firstRunOf(run), expectedVersion, ending, ...by });
    }
    case 'close': {
      const { outcome } = move;
      return (await closeRelease(db, { releaseId, outcome, reason: 'it ends', actor: 'system:release' }))
        .state;
    }
  }
}

async function open({ db, app }: Real, releaseId: string, run: RunOfTwo): Promise<string> {
  await openRelease(db, { releaseId, app, runId: firstRunOf(run), actor: 'user:ada' });
  const continuedRunId = run.isSecond ? firstRunOf(run) : undefined;
  const kept = await claimReleaseProgress(db, { releaseId, runId: runIdOf(run), continuedRunId });
  return kept === undefined ? 'begun' : `goes on from ${kept.sequence}`;
}

async function keeping(
  db: PoolClient,
  releaseId: string,
  { run, sequence }: { run: RunOfTwo; sequence: number },
  work: () => Promise<void>,
): Promise<string> {
  const kept = { runId: runIdOf(run), firstRunId: firstRunOf(run), progress: stateOf(sequence) };
  await work();
  await keepProgress(db, releaseId, kept);
  return 'done';
}

/** As the release's workflow writes: what is asked here is the fence, not whether anybody has earned it. */
async function write(
  real: Real,
  move: Extract<Move, { op: 'raise' | 'promote' }>,
  releaseId: string,
): Promise<string> {
  const { db, app, candidate } = real;
  const by = {
    releaseId,
    actor: 'system:release',
    reason: 'a step',
    expectedVersion: (await version(real)) - move.behind,
  };
  if (move.op === 'promote')
    return kindOf(await makeStable(db, { ...by, operationId: `${releaseId}/finish` }));
  const counting = { releaseId, shortHorizonMs: 5_000, longHorizonMs: 60_000, slowMs: 10_000 };
  const operationId = `${releaseId}/${move.stage}`;
  const share = { candidate, weight: move.weight, salt: releaseId, counting, ttlMs: 30_000 };
  return kindOf(await putCandidate(db, { ...by, app, environment, operationId, ...share }));
}

function kindOf({ kind }: { kind: string }): string {
  return kind === 'repeated' ? 'written' : kind;
}

async function version({ db, app }: Real): Promise<number> {
  const row = await queryOne<{ version: number }>(
    db,
    'select version from split where app = $1 and environment = $2',
    [app, environment],
  );
  return row.version;
}

async function seen({ db, app, digests, releaseId }: Real, result: string): Promise<Seen> {
  const { said } = await queryOne<{ said: Omit<Seen, 'result'> }>(
    db,
    `select jsonb_build_object(
       'split', (select jsonb_build_object('version', version, 'weight', weight,
           'stable', array_position($3::text[], stable) - 1, 'candidate', array_position($3::text[], candidate) - 1,
           'isOwn', coalesce(release_id = $4, false))
         from split where app = $1 and environment = $2),
       'state', r.state, 'ending', r.ending, 'firstRun', r.first_run_id, 'restarting', coalesce(r.restarting, false),
       'kept', (select jsonb_build_object('run', run_id, 'sequence', sequence) from release_progress where release_id = $4),
       'stages', (select coalesce(jsonb_agg(stage order by stage), '[]') from stage_result where release_id = $4),
       'unapplied', (select coalesce(jsonb_agg(idempotency_key::int order by kind = 'abort' desc, id), '[]')
         from command where release_id = $4 and applied_at is null),
       'leaseMs', (select ttl_ms from lease where app = $1 and environment = $2 and release_id = $4),
       'condemned', (select coalesce(jsonb_object_agg(i - 1, (condemnation($1, $2, digest)).cause), '{}')
         from unnest($3::text[]) with ordinality as known(digest, i)
         where (condemnation($1, $2, digest)).id is not null)) as said
     from (select) as one left join release r on r.id = $4`,
    [app, environment, digests, releaseId],
  );
  return { result, ...said };
}
