import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { SeedResult, SeedsToPlay } from './seeds.ts';

const program = join(import.meta.dirname, 'play-seeds.ts');
/** Seeds of one program: few enough that all processors are busy to the end. */
const chunk = 50;

export interface Played {
  readonly seeds: number;
  readonly elapsedMs: number;
  /** How many releases have ended how. */
  readonly ended: ReadonlyMap<string, number>;
  /** In how many seeds a move was made. */
  readonly moves: ReadonlyMap<string, number>;
  /** For each move, in how many seeds with it an invariant was put to the question. */
  readonly judged: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** The first seed that broke something, shrunk. */
  readonly broken: SeedResult | undefined;
}

/** Plays seeds on all processors, up to the first that breaks something. Throws where a program ends by an error. */
export async function playSeeds({ first, count, bug }: SeedsToPlay): Promise<Played> {
  const startedMs = performance.now();
  const ended = new Map<string, number>();
  const moves = new Map<string, number>();
  const judged = new Map<string, Map<string, number>>();
  let seeds = 0;
  let broken: SeedResult | undefined;
  let next = first;
  const take = (result: SeedResult): void => {
    const isBroken = result.violations.length > 0;
    if (isBroken && (broken === undefined || result.seed < broken.seed)) broken = result;
    seeds += 1;
    for (const [outcome, times] of Object.entries(result.ended)) add(ended, outcome, times);
    for (const name of new Set(result.moves.map((move) => move.name))) {
      add(moves, name, 1);
      const own = judged.get(name) ?? new Map<string, number>();
      judged.set(name, own);
      for (const invariant of result.judged) add(own, invariant, 1);
    }
  };
  const work = async (): Promise<void> => {
    while (broken === undefined && next < first + count) {
      const from = next;
      next += chunk;
      const size = Math.min(chunk, first + count - from);
      await playChunk({ first: from, count: size, ...(bug === undefined ? {} : { bug }) }, take);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return { seeds, elapsedMs: performance.now() - startedMs, ended, moves, judged, broken };
}

/** One seed, with all that happens in it. */
export async function replaySeed(seed: number, bug: string | undefined): Promise<SeedResult> {
  const results: SeedResult[] = [];
  await playChunk(
    { first: seed, count: 1, traced: true, ...(bug === undefined ? {} : { bug }) },
    (result) => {
      results.push(result);
    },
  );
  const [only] = results;
  if (only === undefined) throw new Error(`Seed ${seed} was not played.`);
  return only;
}

async function playChunk(seeds: SeedsToPlay, take: (result: SeedResult) => void): Promise<void> {
  const child = spawn(process.execPath, [program, JSON.stringify(seeds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const over = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`Seeds from ${seeds.first} on could not be played: exit code ${code}.`));
    });
  });
  for await (const line of createInterface({ input: child.stdout })) take(JSON.parse(line) as SeedResult);
  await over;
}

function add(counts: Map<string, number>, name: string, times: number): void {
  counts.set(name, (counts.get(name) ?? 0) + times);
}
