import { SluiceError } from '../../../domain/errors.ts';
import type { PlayedRelease } from '../rows.ts';
import { Store } from '../store.ts';
import {
  firstRunOf,
  labelOf,
  runIdOf,
  stateOf,
  type Move,
  type Player,
  type RunOfTwo,
  type Seen,
} from './moves.ts';

const witness = {
  ...{
    wrote: () => undefined,
    moved: () => undefined,
    kept: () => undefined,
    condemned: () => undefined,
    asked: () => undefined,
    pressed: () => undefined,
    tookBack: () => undefined,
  },
  broke: (invariant: number, what: string) => {
    throw new Error(`invariant ${invariant}: ${what}`);
  },
};

/** Makes moves on the simulation's store. */
export function simulatedPlayer(): Player {
  const store = new Store(() => 0, witness, new Set());
  store.createStable(labelOf(0));
  let operations = 0;
  return {
    play(move) {
      operations += 1;
      const newest = store.releases.at(-1);
      return seen(
        store,
        said(() => make(store, move, newest, operations)),
      );
    },
  };
}

function said(make: () => string): string {
  try {
    return make();
  } catch (error) {
    if (error instanceof SluiceError) return 'refused';
    throw error;
  }
}

function make(store: Store, move: Move, newest: PlayedRelease | undefined, operation: number): string {
  if (move.op === 'create')
    return store.createRelease(`release-${operation}`, labelOf(move.revision)) ? 'done' : 'refused';
  if (move.op === 'press') {
    const takeOut = move.takeOut === undefined ? {} : { takeOut: labelOf(move.takeOut) };
    const press = { operationId: `press-${operation}`, actor: 'user:ada', ending: 'aborted' as const };
    return store.rollback({ ...press, ...takeOut }).kind;
  }
  if (newest === undefined) return 'nothing';
  return makeOn(store, move, newest.id, operation);
}

function makeOn(
  store: Store,
  move: Exclude<Move, { op: 'create' | 'press' }>,
  releaseId: string,
  operation: number,
): string {
  const fenced = (behind: number) => ({ releaseId, expectedVersion: store.split.version - behind });
  switch (move.op) {
    case 'open': {
      const { run } = move;
      const ids = { runId: runIdOf(run), firstRunId: firstRunOf(run) };
      const kept = store.openRelease(
        releaseId,
        run.isSecond ? { ...ids, continuedRunId: firstRunOf(run) } : ids,
      );
      return kept === undefined ? 'begun' : `goes on from ${kept.sequence}`;
    }
    case 'enter':
      store.enterStage(releaseId, move.stage, kept(move));
      return 'done';
    case 'record':
      store.recordStage(releaseId, { name: move.stage, outcome: 'inconclusive' }, kept(move));
      return 'done';
    case 'keep':
      store.keep(releaseId, kept(move));
      return 'done';
    case 'raise': {
      const operationId = `${releaseId}/${move.stage}`;
      return store.raise({ ...fenced(move.behind), operationId, weight: move.weight, ttlMs: 30_000 }).kind;
    }
    case 'promote':
      return store.promote({ ...fenced(move.behind), operationId: `${releaseId}/finish` }).kind;
    case 'renew':
      return store.renewLease(releaseId, move.ttlMs) ? 'done' : 'refused';
    case 'command':
      return store.command(releaseId, move.kind, 'user:ada', move.resume) ? 'done' : 'refused';
    case 'apply':
      return store.applyCommand(store.unapplied(releaseId)[0]?.id, releaseId, kept(move));
    case 'restart':
      return store.beginRestart(releaseId, firstRunOf(move.run)) ? 'done' : 'refused';
    case 'withdraw': {
      const firstRunId = firstRunOf(move.run);
      const operationId = `${releaseId}/withdraw/${operation}`;
      return store.withdraw({ ...fenced(move.behind), firstRunId, operationId, ending: move.ending });
    }
    case 'close':
      return store.close(releaseId, move.outcome, 'it ends');
  }
}

function kept({ run, sequence }: { run: RunOfTwo; sequence: number }) {
  return { runId: runIdOf(run), firstRunId: firstRunOf(run), progress: stateOf(sequence) };
}

function seen(store: Store, result: string): Seen {
  const { split, lease, condemned } = store;
  const newest = store.releases.at(-1);
  const number = (label: string): number => Number(label.slice(1));
  const held = newest?.kept;
  return {
    result,
    split: {
      ...{ version: split.version, stable: number(split.stable), weight: split.weight },
      candidate: split.candidate === undefined ? null : number(split.candidate),
      isOwn: split.candidate !== undefined && split.releaseId === newest?.id,
    },
    ...{ state: newest?.state ?? null, ending: newest?.ending ?? null, firstRun: newest?.firstRunId ?? null },
    restarting: newest?.restarting ?? false,
    kept: held === undefined ? null : { run: held.runId, sequence: held.progress.sequence },
    stages: [...new Set(newest?.stages.map(({ name }) => name))].sort(),
    unapplied: newest === undefined ? [] : store.unapplied(newest.id).map(({ id }) => id),
    leaseMs: lease !== undefined && lease.releaseId === newest?.id ? lease.ttlMs : null,
    condemned: Object.fromEntries([...condemned].map(([label, by]) => [String(number(label)), by])),
  };
}
