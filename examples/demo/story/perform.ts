import { dashboardOf } from '../addresses.ts';
import type { DemoArguments } from '../arguments.ts';
import type { Performance } from '../performance.ts';
import { playStory } from './play-story.ts';
import { createScreen } from './screen.ts';
import { makeStory } from './story-app.ts';

/** The story, on the terminal. */
export function storyPerformance({ ratePerSecond, keep }: DemoArguments): Performance {
  const { stdout, env } = process;
  const calm = env['CI'] !== undefined || env['TERM'] === 'dumb' || !stdout.isTTY;
  const screen = createScreen({
    output: stdout,
    redraw: !calm,
    colour: !calm && !env['NO_COLOR'],
  });
  screen.say('Starting PostgreSQL, Temporal, the API, workers and gateways on this machine …');
  return {
    options: { vendors: undefined, onProgress: () => undefined, adapt: makeStory, ownKnowledge: true },
    async play(world) {
      screen.say(
        'All of it is real but the models and the customers, which are simulated; and what takes hours in production ' +
          'takes seconds here. The statistics are the same.',
      );
      screen.say(`Dashboard, to open beside this: ${dashboardOf(world)}`);
      const { checks } = await playStory(world, screen, ratePerSecond);
      const held = checks.length > 0 && checks.every((check) => check.held);
      return {
        code: held ? 0 : 1,
        report: keep ? '' : '\n      It all stops now. `npm run demo -- --keep` leaves it running.\n',
      };
    },
    silence() {
      screen.end();
    },
  };
}
