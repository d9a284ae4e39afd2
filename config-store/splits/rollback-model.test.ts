import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PoolClient } from 'pg';
import { RollbackModel, type Ending, type Move } from '../test-fixtures/rollback-model.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';

// Many more by hand: SLUICE_MODEL_RUNS=20000 npx jest config-store/splits/rollback-model.test.ts
const runs = Number(process.env['SLUICE_MODEL_RUNS'] ?? 200);
const timeoutMs = 60_000 + 200 * runs;
const revisions = 5;

interface Said {
  result: string;
  stable: number;
  candidate: number | null;
  version: number;
  condemned: Record<string, string>;
}

const store = useDatabase();
const functions = readFileSync(join(import.meta.dirname, '../test-fixtures/play-rollbacks.sql'), 'utf8');

async function withFunctions(work: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await store.db.connect();
  try {
    await client.query(functions);
    await work(client);
  } finally {
    client.release(true);
  }
}

/** Plays moves by the real functions, in a transaction that leaves nothing behind. */
async function playForReal(client: PoolClient, moves: readonly object[]): Promise<Said[]> {
  await client.query('begin');
  try {
    const { rows } = await client.query<{ said: Said[] }>('select pg_temp.play($1, $2, $3) as said', [
      `app-${randomUUID()}`,
      revisions,
      JSON.stringify(moves),
    ]);
    return rows[0]?.said ?? [];
  } finally {
    await client.query('rollback');
  }
}

const revision = fc.nat({ max: revisions - 1 });
const endings = ['promoted', 'guardrail', 'abort', 'blind', 'failed', 'superseded'] as const;
const wish = fc.oneof(
  { weight: 5, arbitrary: fc.record({ op: fc.constant('start' as const), revision }) },
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constant('end' as const),
      // Promotions are what makes former stables.
      how: fc.oneof({ weight: 4, arbitrary: fc.constant('promoted' as const) }, fc.constantFrom(...endings)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('early' as const),
      revision,
      how: fc.constantFrom('blocked' as const, 'early-abort' as const),
    }),
  },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('press' as const) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('take-out' as const), revision }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('seen' as const), ago: fc.nat({ max: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('to' as const), revision, force: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('heal' as const), revision, named: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('gateways' as const),
      can: fc.array(fc.uniqueArray(revision), { maxLength: 2 }),
    }),
  },
);
type Wish = Move | { op: 'early'; revision: number; how: Extract<Ending, 'blocked' | 'early-abort'> };

/** What can be done where the model is: a release starts where none is open, ends where one is. */
function isPossible(model: RollbackModel, move: Wish): boolean {
  switch (move.op) {
    case 'start':
    case 'early':
      return model.open === undefined && move.revision !== model.now.stable;
    case 'end':
      return model.open !== undefined;
    case 'heal':
      return model.open === undefined;
    case 'press':
    case 'take-out':
    case 'seen':
    case 'to':
    case 'gateways':
      return true;
  }
}

/** What the model says after each move that is possible, and the moves as the real functions take them. */
function playModel(wishes: readonly Wish[]) {
  const model = new RollbackModel();
  const steps: { move: { op: string }; expected: Said }[] = [];
  for (const wanted of wishes) {
    if (!isPossible(model, wanted)) continue;
    let result = 'none';
    if (wanted.op === 'early') model.endEarly(wanted.revision, wanted.how);
    else result = model.play(wanted);
    const { stable, candidate } = model.now;
    const move = wanted.op === 'early' ? { ...wanted, op: 'start', early: wanted.how } : wanted;
    steps.push({
      move,
      expected: {
        ...{ result, stable, candidate: candidate ?? null, version: model.history.length },
        condemned: Object.fromEntries([...model.condemned].map(([key, by]) => [String(key), by])),
      },
    });
  }
  return steps;
}

it(
  'serves the newest former stable that is not condemned and can be served (invariants 8 and 28)',
  async () => {
    await withFunctions((client) =>
      fc.assert(
        fc.asyncProperty(fc.array(wish, { minLength: 4, maxLength: 24 }), async (wishes) => {
          const steps = playModel(wishes);
          const said = await playForReal(
            client,
            steps.map(({ move }) => move),
          );
          expect(said).toEqual(steps.map(({ expected }) => expected));
        }),
        { numRuns: runs },
      ),
    );
  },
  timeoutMs,
);

it(
  'never brings back by itself what is condemned, whatever was pressed',
  async () => {
    await withFunctions((client) =>
      fc.assert(
        fc.asyncProperty(fc.array(wish, { minLength: 4, maxLength: 24 }), async (wishes) => {
          const moves = playModel(wishes).map(({ move }) => move);
          const said = await playForReal(client, moves);
          const returned = said.filter(({ stable }, index) => {
            const before = said[index - 1];
            const chosen = ['to', 'end', 'heal'].includes(moves[index]?.op ?? '');
            return (
              !chosen &&
              before !== undefined &&
              before.stable !== stable &&
              String(stable) in before.condemned
            );
          });
          expect(returned).toEqual([]);
        }),
        { numRuns: Math.ceil(runs / 5) },
      ),
    );
  },
  timeoutMs,
);
