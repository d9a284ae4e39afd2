import { sluice, textOf, type Journey, type DemoStep } from '../../journey.ts';
import { waitUntil } from '../../wait-until.ts';

async function play(journey: Journey): Promise<void> {
  const { world, display, checks } = journey;
  display.say('Temporal and the API are still gone. Somebody wants intent-v1 back, now.');
  const rollback = [
    'rollback',
    'bank-support',
    '--direct',
    '--take-out',
    'intent-v2',
    '--reason',
    'complaints',
  ];
  const pressedAt = Date.now();
  const first = await sluice(journey, rollback);
  checks.claim(
    'the previous stable revision is back in one step',
    first.code === 0 &&
      textOf(first.json, 'result') === 'done' &&
      textOf(first.json, 'serving') === 'intent-v1',
    `${textOf(first.json, 'result')}, serving ${textOf(first.json, 'serving')}, confirmed by every gateway: ${String(first.json['confirmed'])}`,
  );
  const served = await waitUntil(() => {
    const startedAt = world.traffic.lastSeen('intent-v1')?.startedAtMs ?? 0;
    return startedAt > pressedAt ? startedAt : undefined;
  }, 10_000);
  const lastOld = world.traffic.lastSeen('intent-v2')?.startedAtMs ?? 0;
  checks.claim(
    'traffic follows',
    served.value !== undefined && served.value > lastOld,
    `last request on intent-v2 started ${((lastOld - pressedAt) / 1000).toFixed(1)} s after the command was typed`,
  );
  const second = await sluice(journey, rollback);
  checks.claim(
    'pressed again it answers "already"',
    textOf(second.json, 'result') === 'already',
    textOf(second.json, 'result'),
  );
}

export const directRollback: DemoStep = { title: 'Rollback in one step, without Temporal and API', play };
