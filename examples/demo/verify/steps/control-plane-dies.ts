import { changes } from '../changes.ts';
import { errorsText, sluice, textOf, type Journey, type DemoStep } from '../../journey.ts';
import { waitUntil } from '../../wait-until.ts';

/** Lease of the demo's plan, a poll of the gateways, and the granularity of arrivals at 5 % of the traffic. */
const leaseAndPollMs = 6000 + 1000 + 500;

async function play(journey: Journey): Promise<void> {
  const { world, display, checks, patience } = journey;
  world.app.apply(changes.v5);
  const started = await sluice(journey, ['release', 'start', '--plan', 'demo']);
  display.say(`Waiting until ${changes.v5.label} has live traffic.`);
  const live = await waitUntil(
    () => world.traffic.lastSeen(changes.v5.label, 'candidate'),
    90_000 * patience,
  );
  if (live.value === undefined) {
    checks.claim(
      'the candidate gets traffic',
      false,
      `no request in ${(live.tookMs / 1000).toFixed(0)} s; ${textOf(started.json, 'release', 'id')}`,
    );
    return;
  }
  display.say(
    'kill -9: worker, API and Temporal, all at once. The lease of this plan is 6 s (a real one: at least 60 s).',
  );
  await Promise.all([world.stack.worker.kill(), world.stack.api.kill(), world.stack.temporal?.kill()]);
  const killedAt = Date.now();
  const quiet = await waitUntil(() => {
    const expired = world.traffic
      .records()
      .some(({ reason, startedAtMs }) => reason === 'lease-expired' && startedAtMs > killedAt);
    const last = world.traffic.lastSeen(changes.v5.label, 'candidate')?.startedAtMs ?? 0;
    return expired && Date.now() - last > 3000 ? last : undefined;
  }, 30_000);
  const last = (quiet.value ?? Number.POSITIVE_INFINITY) - killedAt;
  const meanwhile = world.traffic.records().filter(({ startedAtMs }) => startedAtMs > killedAt);
  checks.claim(
    'within the lease every gateway is back on stable by itself',
    last <= leaseAndPollMs,
    `last candidate request ${(last / 1000).toFixed(1)} s after the kill`,
  );
  checks.claim(
    'callers see no error meanwhile',
    meanwhile.every(({ outcome }) => outcome === 'ok'),
    errorsText(meanwhile),
  );
}

export const controlPlaneDies: DemoStep = {
  title: 'Worker, API and Temporal die with a candidate at 5 %',
  play,
};
