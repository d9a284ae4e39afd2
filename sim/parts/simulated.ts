import type { SluiceActivities } from '../../activities/activities.ts';
import type { MeasuringActivities } from '../../activities/evaluation/contract.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { Neighbours } from '../surroundings.ts';
import type { ActivityAttempt } from '../temporal/activities.ts';

/** Gates are played as they end, and releases of earlier versions not at all. */
type Played = Exclude<keyof SluiceActivities, keyof MeasuringActivities | 'takeLook' | 'awaitWithdrawn'>;

/** An activity as it is played: it knows of its attempt. */
export type SimulatedActivities = {
  [Name in Played]: (
    args: Parameters<SluiceActivities[Name]>[0],
    attempt: ActivityAttempt,
  ) => ReturnType<SluiceActivities[Name]>;
};

/** The way to the database: takes its time, and now and then very much of it. Throws `unreachable` where it is away. */
export async function reach(world: Neighbours, attempt: ActivityAttempt): Promise<void> {
  const { random, faults } = world;
  await attempt.pause(
    random.chance(faults.slowWriter) ? random.between(9_000, 30_000) : random.between(0, 15),
  );
  requireDatabase(world);
}

/** Throws `unreachable` where the database is away. */
export function requireDatabase({ databaseIsUp }: Pick<Neighbours, 'databaseIsUp'>): void {
  if (!databaseIsUp) throw new SluiceError('unreachable', 'The database is away.');
}
