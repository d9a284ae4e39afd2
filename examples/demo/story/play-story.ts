import { createChecks, type DemoCheck } from '../checks.ts';
import type { DemoWorld } from '../world.ts';
import { beats } from './beats/index.ts';
import { endCard } from './end-card.ts';
import type { Screen } from './screen.ts';
import { setUpStory } from './set-up.ts';
import type { Story } from './story.ts';
import { lineOfAnswers, tollOf } from './toll.ts';

/** What came of it: what the story claims, and whether that held. */
export interface Told {
  readonly checks: readonly DemoCheck[];
  /** Customers who were answered wrongly. */
  readonly wronged: { readonly today: number; readonly sluice: number };
}

/** Tells the story in a world. A claim that does not hold is said as it is; a beat that breaks off ends the story. */
export async function playStory(world: DemoWorld, screen: Screen, ratePerSecond: number): Promise<Told> {
  let number = 0;
  const checks = createChecks(
    () => number,
    ({ held, claim, seen }) => {
      if (!held) screen.say(`✖ Not as it should be: ${claim}. Seen: ${seen}`, 'red');
    },
  );
  const story = await setUpStory(world, { screen, checks, ratePerSecond });
  screen.say(
    `Customers ask the ${story.questions.length} questions that the assistant answers rightly today, so every wrong answer is the doing of a change.`,
  );
  screen.start();
  screen.show(() => counterOf(story));
  for (const [i, beat] of beats.entries()) {
    number = i + 1;
    screen.beat(beat.title);
    try {
      await beat.play(story);
    } catch (error) {
      checks.claim(
        `“${beat.title}” plays to its end`,
        false,
        error instanceof Error ? error.message : String(error),
      );
      break;
    }
  }
  number += 1;
  endCard(story);
  screen.end();
  return {
    checks: checks.all(),
    wronged: { today: wrongedIn(story.today), sluice: wrongedIn(story.customers) },
  };
}

function wrongedIn(traffic: Story['customers']): number {
  return tollOf(traffic.records()).wronged;
}

/** The counter, and the line of answers under it. */
function counterOf({ today, customers, kept }: Story): string[] {
  const line = lineOfAnswers(customers.records(), kept.ratePerSecond(), Date.now());
  return [
    `customers answered wrongly:  today's way ${wrongedIn(today)}  ·  with Sluice ${wrongedIn(customers)}`,
    `answers, second by second    ${line}`,
  ];
}
