import type { Random } from './random.ts';
import { startFresh } from './reconciler.ts';
import type { Faults } from './surroundings.ts';
import type { World } from './world.ts';

/** One thing that happens to a world, with chances of its own. */
export type Go = (world: World, random: Random) => void;

/** Something is gone for a while. */
export function away(what: 'worker' | 'server' | 'database' | 'measurement'): Go {
  return (world, random) => {
    const { cluster, scheduler } = world;
    const set = (isUp: boolean): void => {
      if (what === 'database') world.databaseIsUp = isUp;
      if (what === 'measurement') world.isBlind = !isUp;
      if (what === 'server') cluster.isServerUp = isUp;
      if (what === 'worker') cluster.setWorker(isUp);
      if (isUp) cluster.resume();
    };
    set(false);
    scheduler.after(random.between(500, what === 'measurement' ? 120_000 : 40_000), () => {
      set(true);
    });
  };
}

/** A gateway ends without a word, and is started again. */
export function killGateway(world: World, random: Random): void {
  const gateway = world.gateways[random.between(0, world.gateways.length - 1)];
  if (gateway === undefined) return;
  gateway.kill();
  world.scheduler.after(random.between(100, 15_000), () => {
    gateway.start();
  });
}

/** For a while something goes wrong with a share of what is done. */
export function fault(name: keyof Faults, share: number): Go {
  return ({ faults, scheduler }, random) => {
    faults[name] = share;
    scheduler.after(random.between(1_000, 30_000), () => {
      faults[name] = 0;
    });
  };
}

/** Activities do their work, and nobody hears of it. */
export function loseAnswers(world: World, random: Random): void {
  world.cluster.lossRate = 0.3;
  world.scheduler.after(random.between(1_000, 20_000), () => {
    world.cluster.lossRate = 0;
  });
}

/** The reconciler replaces a run, and may die before the fresh one is started. */
export function restart(world: World, random: Random): void {
  const { store, cluster } = world;
  const { open } = store;
  if (open?.firstRunId === undefined || open.restarting || !world.databaseIsUp || !cluster.isServerUp) return;
  if (open.kept === undefined && store.split.releaseId === open.id) return;
  if (!store.beginRestart(open.id, open.firstRunId)) return;
  cluster.terminate();
  if (random.chance(0.7)) startFresh(world, open.id);
}
