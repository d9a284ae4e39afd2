import { dashboardOf } from '../addresses.ts';
import type { DemoArguments } from '../arguments.ts';
import { createDisplay, type Display } from '../display.ts';
import { playEditing } from '../edit.ts';
import type { Performance, Performed } from '../performance.ts';
import { costText } from '../real/cost.ts';
import { readVendors, type Vendors } from '../real/vendors.ts';
import type { DemoWorld } from '../world.ts';
import { playJourney } from './play.ts';
import { reportText } from './report.ts';
import { steps } from './steps/index.ts';

/** The journey with its claims, or the reader's own changes. */
export function verifyPerformance(demo: DemoArguments): Performance {
  const display = createDisplay(
    (text) => process.stdout.write(text),
    process.stdout.isTTY && !process.env['NO_COLOR'],
  );
  const vendors = vendorsFor(demo);
  display.section(0, 'of everything that the journey plays on');
  return {
    options: {
      vendors,
      onProgress: (step, ms) => {
        display.say(`started ${step} in ${(ms / 1000).toFixed(1)} s`);
      },
    },
    play(world) {
      display.say(
        'Policy: tryout, since seconds must do for hours here. Real traffic goes by `sluice policy show`.',
      );
      display.say(`Dashboard, until the end: ${dashboardOf(world)}`);
      return play(demo, world, display);
    },
    silence() {
      display.silence();
    },
  };
}

/** The vendors to call, once it is said what that costs; undefined where the simulator is to answer. */
function vendorsFor({ real, ratePerSecond }: DemoArguments): Vendors | undefined {
  if (!real) return undefined;
  const vendors = readVendors(process.env);
  if (Object.keys(vendors).length === 0) throw new Error('--real needs OPENAI_API_KEY or ANTHROPIC_API_KEY.');
  process.stdout.write(costText(vendors, ratePerSecond));
  return vendors;
}

async function play(demo: DemoArguments, world: DemoWorld, display: Display): Promise<Performed> {
  const startedAt = performance.now();
  if (demo.edit) {
    await playEditing(world, display, demo.ratePerSecond);
    return { code: 0, report: '' };
  }
  const { checks, notPlayed } = await playJourney(world, display, {
    ratePerSecond: demo.ratePerSecond,
    steps,
  });
  const journeyMs = performance.now() - startedAt;
  const held = checks.length > 0 && checks.every((check) => check.held);
  return {
    code: held && (demo.real || notPlayed.length === 0) ? 0 : 1,
    report: reportText({ checks, notPlayed, spentUsd: world.spending?.totalUsd(), journeyMs }),
  };
}
