import { createChecks, type DemoCheck } from '../checks.ts';
import type { Display } from '../display.ts';
import { createJourney, type DemoStep } from '../journey.ts';
import type { DemoWorld } from '../world.ts';

/** Plays a journey's steps in a world. One that breaks off is a claim that did not hold; the next ones are not played. */
export async function playJourney(
  world: DemoWorld,
  display: Display,
  { ratePerSecond, steps }: { readonly ratePerSecond: number; readonly steps: readonly DemoStep[] },
): Promise<{ readonly checks: readonly DemoCheck[]; readonly notPlayed: string[] }> {
  let number = 0;
  const checks = createChecks(
    () => number,
    ({ held, claim, seen }) => {
      display.say(`${held ? '✔' : '✖'} ${claim}: ${seen}`);
    },
  );
  const journey = createJourney(world, display, checks, ratePerSecond);
  const notPlayed: string[] = [];
  for (const [i, step] of steps.entries()) {
    number = i + 1;
    if (step.needsSimulator === true && world.provider === undefined) {
      notPlayed.push(`${number}. ${step.title}: needs a provider that can be made to fail`);
      continue;
    }
    display.section(number, step.title);
    try {
      await step.play(journey);
    } catch (error) {
      checks.claim(
        `step ${number} plays to its end`,
        false,
        error instanceof Error ? error.message : String(error),
      );
      notPlayed.push(...steps.slice(i + 1).map(({ title }, j) => `${i + 2 + j}. ${title}`));
      break;
    }
  }
  return { checks: checks.all(), notPlayed };
}
