import { changes } from '../changes.ts';
import {
  field,
  lookEveryMs,
  openReleases,
  sluice,
  stageSummary,
  textOf,
  type Journey,
  type DemoStep,
} from '../../journey.ts';
import { waitUntil } from '../../wait-until.ts';

const worstCaseMs = 90_000;

/** Kills the worker in the middle of the 25 % step, and starts it again. */
async function killWorkerAtQuarter(journey: Journey): Promise<void> {
  const { world, display, checks } = journey;
  const there = await waitUntil(
    async () => (await openReleases(journey))?.find(({ weight }) => weight === 25),
    worstCaseMs * journey.patience,
    lookEveryMs,
  );
  if (there.value === undefined) {
    checks.claim('the release reaches 25 %', false, `not within ${(there.tookMs / 1000).toFixed(0)} s`);
    return;
  }
  const pid = world.stack.worker.pid();
  display.say(`At 25 %: kill -9 ${pid} (the worker), and start it again.`);
  await world.stack.worker.kill();
  await world.stack.worker.start();
  const { id } = there.value;
  const release = (await journey.world.commands.sluice(['release', 'status', id])).json['release'];
  const weight = field(release, 'weight');
  // By now it may be a step further: what counts is that it never fell back, and that no stage was done again.
  checks.claim(
    'after SIGKILL of the worker the release goes on from where it was',
    textOf(release, 'state') === 'progressing' && typeof weight === 'number' && weight >= 25,
    `worker ${pid} killed, ${world.stack.worker.pid()} started; ${id} is ${textOf(release, 'state')} at ${String(weight)} %`,
  );
}

async function play(journey: Journey): Promise<void> {
  const { world, display, checks } = journey;
  display.say('A change: retrieve 8 examples instead of 3, and say in the prompt how to decide.');
  world.app.apply(changes.v2);
  const startedAt = performance.now();
  const [released] = await Promise.all([
    sluice(journey, ['release', 'start', '--plan', 'demo', '--wait']),
    killWorkerAtQuarter(journey),
  ]);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  checks.claim('intent-v2 is promoted', released.code === 0, `exit code ${released.code} after ${seconds} s`);
  checks.claim(
    'its evaluation passed',
    stageSummary(released, 'evaluate').startsWith('pass'),
    stageSummary(released, 'evaluate'),
  );
  checks.claim(
    'its mirror replay passed',
    stageSummary(released, 'mirror').startsWith('pass'),
    stageSummary(released, 'mirror'),
  );
  const { sticky } = world.traffic.stats();
  checks.claim(
    'each subject stayed on its arm; a raise moved subjects only from stable to candidate',
    sticky.violations.length === 0 && sticky.checked > 0,
    `${sticky.checked} answers checked, ${sticky.violations.length} violations`,
  );
}

export const goodRelease: DemoStep = {
  title: 'intent-v2 goes through all stages, and its worker is killed on the way',
  play,
};
