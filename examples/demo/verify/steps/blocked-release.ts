import { changes } from '../changes.ts';
import { sluice, stageSummary, type Journey, type DemoStep } from '../../journey.ts';

async function play(journey: Journey): Promise<void> {
  const { world, display, checks } = journey;
  display.say('A change that means well: whatever sounds dangerous goes to a person at once.');
  world.app.apply(changes.v3);
  const released = await sluice(journey, ['release', 'start', '--plan', 'demo', '--wait']);
  const summary = stageSummary(released, 'evaluate');
  checks.claim(
    'the eval gate blocks intent-v3',
    released.code === 11,
    `exit code ${released.code}; ${summary}`,
  );
  checks.claim('it is a critical case that blocks it', summary.includes('critical'), summary);
  const served = world.traffic.stats().revisions.filter(({ revision }) => revision === 'intent-v3');
  checks.claim('production never saw it', served.length === 0, `${served.length} arms answered by intent-v3`);
}

export const blockedRelease: DemoStep = { title: 'intent-v3 breaks a critical case', play };
