import { type Journey, sluice, type DemoStep, textOf } from '../../journey.ts';
import { keepUp } from '../../live-rate.ts';
import { waitUntil } from '../../wait-until.ts';

const enoughAnswers = 150;
/** Where few requests come: enough of them that each client has asked. */
const secondsOfThem = 10;

async function play(journey: Journey): Promise<void> {
  const { world, display, checks, ratePerSecond, patience } = journey;
  // Real models cost money: there intent-v1 is judged as what intent-v2 is compared with.
  const gate =
    world.provider === undefined ? ['--skip-evaluation', '--reason', 'real models cost money'] : [];
  const created = await sluice(journey, ['app', 'create', '--stable', ...gate]);
  if (created.code !== 0) {
    throw new Error(`\`sluice app create\` ended with exit code ${created.code}: ${created.stdout}`);
  }
  checks.claim('intent-v1 is the stable revision', true, `exit code ${created.code}`);
  display.say(
    `Live traffic: ${ratePerSecond} requests a second of 10,000 customers, by the official openai and @anthropic-ai/sdk\n` +
      'clients and by plain HTTP, half of it streamed, through two production gateways.',
  );
  // What real models take says nothing about this machine.
  if (world.provider === undefined) world.traffic.setRate(ratePerSecond);
  else
    keepUp(world.traffic, ratePerSecond, (rate) => {
      display.say(`This machine is busy, answers wait for it: ${rate} requests a second from here on.`);
    });
  const answered = await waitUntil(() => {
    const { clients } = world.traffic.stats();
    const ok = Object.values(clients).reduce((sum, tally) => sum + tally.ok, 0);
    return ok >= Math.min(enoughAnswers, ratePerSecond * secondsOfThem) ? clients : undefined;
  }, 30_000 * patience);
  const clients = world.traffic.stats().clients;
  const seen = Object.entries(clients).map(
    ([name, tally]) => `${name} ${tally.ok} of ${tally.answers}, p50 ${Math.round(tally.p50Ms)} ms`,
  );
  const errors = Object.values(clients).reduce((sum, tally) => sum + tally.answers - tally.ok, 0);
  checks.claim(
    'all three clients are answered without an error',
    answered.value !== undefined && errors === 0,
    seen.join('; '),
  );
  const active = await sluice(journey, ['active', 'bank-support']);
  checks.claim(
    'the active value names revision and chain',
    textOf(active.json, 'active', 'stable', 'label') === 'intent-v1',
    `${textOf(active.json, 'active', 'stable', 'label')} through ${
      JSON.stringify(active.json['active'] ?? {})
        .match(/"model":"[^"]+"/g)
        ?.join(', ') ?? '–'
    }`,
  );
}

export const firstStable: DemoStep = { title: 'intent-v1 serves', play };
