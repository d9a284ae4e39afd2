import type { Bugs } from './bugs.ts';
import { makeMove, movesOf, type Move } from './people.ts';
import { reconcile } from './reconciler.ts';
import { inVirtualTime } from './virtual-time.ts';
import { World, type BrokenInvariant, type PlayedWorkflows } from './world.ts';

export interface SimulatedRun {
  readonly seed: number;
  readonly moves: readonly Move[];
  readonly violations: readonly BrokenInvariant[];
  readonly trace: readonly string[];
  /** Which invariants were put to the question. */
  readonly judged: readonly string[];
  /** How many releases have ended how. */
  readonly ended: Readonly<Record<string, number>>;
}

export interface SeedOptions {
  readonly seed: number;
  readonly bugs?: Bugs;
  /** The seed's own where they are left out. */
  readonly moves?: readonly Move[];
  readonly workflows: PlayedWorkflows;
}

const movesOfRun = 24;
const reconcileEveryMs = 5_000;
/** After the last move everything works again, and what is under way has this long to come to its end. */
const calmMs = 12 * 60_000;

/** Plays one seed to its end. */
export async function simulate({
  seed,
  bugs = new Set(),
  workflows,
  ...given
}: SeedOptions): Promise<SimulatedRun> {
  const moves = given.moves ?? movesOf(seed, movesOfRun);
  const world = new World(seed, bugs, workflows);
  await inVirtualTime(world.scheduler, async () => {
    begin(world);
    await play(world, moves);
    await comeToAnEnd(world);
  });
  const { violations, trace } = world;
  const judged = [...world.judge.judged].map(String);
  return { seed, moves, violations, trace, judged, ended: endsOf(world) };
}

function begin(world: World): void {
  // Stable revisions of earlier, so that there is something to go back to.
  const earlier = world.random.between(1, 4);
  for (let i = 1; i <= earlier; i += 1) world.store.createStable(`s0.${i}`);
  for (const gateway of world.gateways) gateway.start();
  const watchBlindness = blindnessWatch(world);
  const round = (): void => {
    world.scheduler.after(reconcileEveryMs, () => {
      reconcile(world);
      watchBlindness();
      round();
    });
  };
  round();
  world.startRelease('s2');
}

/**
 * How long nothing could be measured while all else worked. A run that takes over counts for itself: meanwhile nothing
 * is served, for the lease is over.
 */
function blindnessWatch(world: World): () => void {
  let [sinceMs, run] = [world.nowMs(), world.store.open?.firstRunId];
  return () => {
    const present = world.store.open?.firstRunId;
    if (!world.isBlind || !world.isWhole || present !== run) [sinceMs, run] = [world.nowMs(), present];
    world.judge.blindFor(world.nowMs() - sinceMs);
  };
}

async function play(world: World, moves: readonly Move[]): Promise<void> {
  let atMs = world.nowMs();
  for (const move of moves) {
    atMs += move.afterMs;
    while (world.violations.length === 0 && (await world.scheduler.step(atMs)));
    if (world.violations.length > 0) return;
    if (move.atActivity)
      world.cluster.atNextActivity(() => {
        makeMove(world, move);
      });
    else makeMove(world, move);
  }
}

async function comeToAnEnd(world: World): Promise<void> {
  const endMs = world.nowMs() + calmMs;
  const { store, violations } = world;
  const isOver = (): boolean =>
    violations.length > 0 || (store.open === undefined && store.guard === undefined);
  while (!isOver() && (await world.scheduler.step(endMs)));
  if (isOver()) return;
  const left = store.open?.id ?? `the guard of ${store.guard?.releaseId ?? ''}`;
  world.broke('ends', `release ${left} has not come to its end`);
}

function endsOf({ store }: World): Record<string, number> {
  const ended: Record<string, number> = {};
  for (const { state } of store.releases) ended[state] = (ended[state] ?? 0) + 1;
  for (const { outcome = 'open' } of store.guards)
    ended[`guard ${outcome}`] = (ended[`guard ${outcome}`] ?? 0) + 1;
  return ended;
}
