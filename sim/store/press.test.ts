import fc from 'fast-check';
import {
  RollbackModel,
  type Ending as ModelEnding,
} from '../../config-store/test-fixtures/rollback-model.ts';
import type { PlayedPress } from './press.ts';
import { Store } from './store.ts';

const revisions = 5;
const revision = fc.nat({ max: revisions - 1 });
const endings = ['promoted', 'guardrail', 'abort', 'blind', 'failed', 'superseded'] as const;
const moves = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ op: fc.constant('start' as const), revision }) },
    {
      weight: 5,
      arbitrary: fc.record({
        op: fc.constant('end' as const),
        // Promotions are what makes former stables.
        how: fc.oneof(
          { weight: 4, arbitrary: fc.constant('promoted' as const) },
          fc.constantFrom(...endings),
        ),
      }),
    },
    { weight: 4, arbitrary: fc.record({ op: fc.constant('press' as const) }) },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('take-out' as const), revision }) },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('seen' as const), ago: fc.nat({ max: 4 }) }) },
    // The simulation's people say why, and may.
    {
      weight: 3,
      arbitrary: fc.record({ op: fc.constant('to' as const), revision, force: fc.constant(true) }),
    },
  ),
  { maxLength: 30 },
);

/** A store to play the model's moves on: revision 3 is `s3`. */
function played() {
  const broken: string[] = [];
  const witness = {
    wrote: () => undefined,
    ...{ moved: () => undefined, kept: () => undefined, condemned: () => undefined, asked: () => undefined },
    ...{ pressed: () => undefined, tookBack: () => undefined },
    broke: (invariant: number, what: string) => broken.push(`${invariant}: ${what}`),
  };
  const store = new Store(() => 0, witness, new Set());
  store.createStable('s0');
  let operations = 0;
  const operationId = (): string => `operation-${(operations += 1)}`;

  function press(more: Omit<PlayedPress, 'operationId' | 'actor' | 'ending'>): void {
    try {
      store.rollback({ operationId: operationId(), actor: 'user:ada', ending: 'aborted', ...more });
    } catch {
      return; // Refused: nothing is written.
    }
    settle();
  }
  /** What a press has ended is closed at once. */
  function settle(): void {
    if (store.open?.state === 'rolling_back') store.close(store.open.id, 'failed', 'taken back');
  }
  function start(candidate: number): void {
    const id = operationId();
    if (!store.createRelease(id, `s${candidate}`)) return;
    store.openRelease(id, { runId: id, firstRunId: id });
    const { version: expectedVersion } = store.split;
    store.raise({ releaseId: id, operationId: operationId(), expectedVersion, weight: 5, ttlMs: 1 });
  }
  function end(how: ModelEnding): void {
    const { open, split } = store;
    if (open === undefined || split.candidate === undefined) return;
    const write = { releaseId: open.id, operationId: operationId(), expectedVersion: split.version };
    if (how === 'promoted') store.promote(write);
    else if (how === 'guardrail')
      store.withdraw({ ...write, firstRunId: open.firstRunId, ending: 'rolled_back' });
    else if (how === 'abort') store.command(open.id, 'abort', 'user:ada');
    else {
      const condemns = how === 'blind' ? { ending: 'rolled_back' as const, condemns: false } : undefined;
      const ending = how === 'superseded' ? how : ('failed' as const);
      const by = { operationId: write.operationId, actor: 'system:release', takeOut: open.revision };
      store.rollback({ ...by, ending, ...condemns });
    }
    settle();
  }
  return { store, broken, press, start, end };
}

it('takes back what the model of rollbacks does, which the SQL is held to, and condemns as it does', () => {
  fc.assert(
    fc.property(moves, (list) => {
      const model = new RollbackModel();
      const { store, broken, press, start, end } = played();
      for (const move of list) {
        if (move.op === 'start' && (model.open !== undefined || move.revision === model.now.stable)) continue;
        const versions = store.history.length;
        const seenVersion =
          store.history[move.op === 'seen' ? Math.max(0, versions - 1 - move.ago) : 0]?.version;
        model.play(move);
        if (move.op === 'start') start(move.revision);
        if (move.op === 'end') end(move.how);
        if (move.op === 'press') press({});
        if (move.op === 'take-out') press({ takeOut: `s${move.revision}` });
        if (move.op === 'seen') press({ seenVersion });
        if (move.op === 'to') press({ to: `s${move.revision}` });
        const { stable, candidate } = store.split;
        const said = { stable, candidate, condemned: Object.fromEntries(store.condemned) };
        const { now, condemned } = model;
        const found = Object.fromEntries([...condemned].map(([each, by]) => [`s${each}`, by]));
        const other = now.candidate === undefined ? undefined : `s${now.candidate}`;
        expect(said).toEqual({ stable: `s${now.stable}`, candidate: other, condemned: found });
      }
      expect(broken).toEqual([]);
    }),
    { numRuns: 400 },
  );
});
