import { errorsText, type Journey, type DemoStep } from '../../journey.ts';
import { waitUntil } from '../../wait-until.ts';

const answersToSee = 150;

async function play(journey: Journey): Promise<void> {
  const { world, display, checks } = journey;
  const { provider } = world;
  if (provider === undefined) return;
  const since = (ms: number) => world.traffic.records().filter(({ startedAtMs }) => startedAtMs >= ms);
  display.say('The primary provider goes down: its port closes and its connections are cut.');
  const downAt = Date.now();
  const before = await provider.calls();
  await provider.down('openai');
  const cutAt = Date.now();
  await waitUntil(() => (since(downAt).length >= answersToSee ? true : undefined), 30_000);
  const during = since(downAt);
  // A stream of which callers had a part when its connection was cut cannot go on elsewhere.
  const asked = during.filter(
    ({ startedAtMs, streaming, outcome }) =>
      !(startedAtMs <= cutAt && streaming && outcome === 'broken_answer'),
  );
  const failed = asked.filter(({ outcome }) => outcome !== 'ok');
  const afterDown = await provider.calls();
  checks.claim(
    'the chain fails over; callers see no error',
    during.length >= answersToSee && failed.length === 0 && afterDown.anthropic > before.anthropic,
    `${asked.length} answers while it was down, ${errorsText(asked)}; ${during.length - asked.length} streams cut in the middle; ${afterDown.anthropic - before.anthropic} calls went to the second provider`,
  );
  display.say('It comes back.');
  await provider.up('openai');
  const back = await waitUntil(
    async () => ((await provider.calls()).openai > afterDown.openai + 30 ? true : undefined),
    60_000,
  );
  checks.claim(
    'traffic returns to the primary provider',
    back.value === true,
    `30 calls on it ${(back.tookMs / 1000).toFixed(1)} s after it was back`,
  );
}

export const providerOutage: DemoStep = {
  title: 'The primary provider goes down and comes back',
  needsSimulator: true,
  play,
};
