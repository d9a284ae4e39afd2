import type { CommandKind } from '../domain/release/release.ts';
import { away, fault, killGateway, loseAnswers, restart, type Go } from './mishaps.ts';
import { createRandom } from './random.ts';
import type { World } from './world.ts';

const start: Go = (world) => {
  world.startRelease(`s${world.store.releases.length + 2}`);
};
const spoil: Go = (world) => {
  world.spoilCandidate();
};
const signal: Go = (world, random) => {
  world.cluster.signal(random.pick(['pause', 'resume', 'abort']));
};
const goesOnInANewRun: Go = (world) => {
  world.cluster.suggestContinueAsNew();
};
const terminate: Go = (world) => {
  world.cluster.terminate();
};

/** What people, machines and bad luck do to a world, each with how often it is chosen. */
const kinds: readonly (readonly [weight: number, name: string, go: Go])[] = [
  [8, 'start', start],
  [3, 'pause', command('pause')],
  [4, 'resume', command('resume')],
  [4, 'promote', command('promote')],
  [2, 'abort', command('abort')],
  [1, 'signal', signal],
  [2, 'press', press({})],
  [1, 'press what was seen', press({ seen: true })],
  [2, 'press to', press({ to: true })],
  [2, 'spoil', spoil],
  [2, 'worker dies', away('worker')],
  [2, 'Temporal goes away', away('server')],
  [2, 'the database goes away', away('database')],
  [2, 'nothing can be measured', away('measurement')],
  [2, 'a gateway dies', killGateway],
  [2, 'replicas lag', fault('staleReplica', 0.5)],
  [2, 'writers are slow', fault('slowWriter', 0.15)],
  [2, 'answers are lost', loseAnswers],
  [1, 'continue as new', goesOnInANewRun],
  [1, 'a run is replaced', restart],
  [1, 'a run is terminated', terminate],
];

/** Something that is going to happen, whatever else is left out: its chances are its own. */
export interface Move {
  /** After the one before, in milliseconds. */
  readonly afterMs: number;
  /** At the next call of an activity from then on, and not at that very moment: where two things meet, faults are. */
  readonly atActivity: boolean;
  readonly name: string;
  readonly seed: number;
}

const total = kinds.reduce((sum, [weight]) => sum + weight, 0);
const longestPauseMs = 12_000;

/** The moves of a seed. */
export function movesOf(seed: number, count: number): Move[] {
  const random = createRandom(seed ^ 0x5eed);
  return Array.from({ length: count }, (_, i) => ({
    afterMs: random.between(200, longestPauseMs),
    atActivity: random.chance(0.4),
    name: chosen(random.next() * total),
    seed: Math.floor(random.next() * 2 ** 32) + i,
  }));
}

function chosen(at: number): string {
  let left = at;
  for (const [weight, name] of kinds) {
    left -= weight;
    if (left < 0) return name;
  }
  return 'start';
}

/** It happens. */
export function makeMove(world: World, { name, seed }: Move): void {
  world.say(`> ${name}`);
  kinds.find(([, each]) => each === name)?.[2](world, createRandom(seed));
}

function command(kind: CommandKind): Go {
  return ({ store, cluster, databaseIsUp }, random) => {
    if (store.open === undefined || !databaseIsUp) return;
    const done = store.command(store.open.id, kind, 'user:ada', random.chance(0.5));
    // The wake-up call may be lost.
    if (done && random.chance(0.8)) cluster.signal('wake');
  };
}

function press({ seen = false, to = false }): Go {
  return (world, random) => {
    const { store } = world;
    if (!world.databaseIsUp) return;
    const formers = store.formers();
    const toward = to ? formers[random.between(0, formers.length - 1)] : undefined;
    const versions = store.history.length;
    const looked = seen ? store.history[random.between(Math.max(0, versions - 3), versions - 1)] : undefined;
    world.judge.press({
      ...{ operationId: `press${to ? '/to/' : '/'}${world.newId()}`, actor: 'user:ada', ending: 'aborted' },
      ...(toward === undefined ? {} : { to: toward }),
      ...(looked === undefined ? {} : { seenVersion: looked.version }),
    });
    if (random.chance(0.8)) world.cluster.signal('wake');
  };
}
