// How long a hotfix takes from the edit until all subjects but the guard's get it: a whole stack with the simulator's
// models, the policy that Sluice ships, and users who ask all the time. About three minutes; nothing leaves 127.0.0.1.
import { cpus, loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { ReleaseDetail } from '../../api/schemas/releases.ts';
import { changes } from '../../examples/demo/verify/changes.ts';
import { textOf } from '../../examples/demo/journey.ts';
import { startWorld } from '../../examples/demo/world.ts';

const app = 'bank-support';
const requestsPerSecond = 12;
const usersBeforeMs = 15_000;
const mostMs = 180_000;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const tell = (line: string): void => void process.stdout.write(`${line}\n`);

const world = await startWorld({ dataDirectory: undefined, vendors: undefined, onProgress: () => undefined });

async function sluice(...args: string[]) {
  const ran = await world.commands.sluice(args);
  if (ran.code !== 0) throw new Error(`sluice ${args.join(' ')}: ${ran.code}\n${ran.stdout}${ran.stderr}`);
  return ran;
}

async function measure(): Promise<number> {
  await sluice('app', 'create', '--stable');
  await world.api.post(`/v1/apps/${app}/policy`, { policy: {}, reason: 'what Sluice ships, not a demo’s' });
  world.traffic.setRate(requestsPerSecond);
  await delay(usersBeforeMs);
  world.app.apply(changes.v2); // The edit.
  const startedMs = performance.now();
  const reason = 'wrong opening hours';
  const released = await sluice('release', 'start', '--plan', 'hotfix', '--reason', reason, '--wait');
  const tookMs = performance.now() - startedMs;
  const id = textOf(released.json, 'release', 'id');
  const { stages, state } = await world.api.get<ReleaseDetail>(`/v1/releases/${id}`);
  const reviews = await world.api.get<{ readonly items: { readonly kind: string }[] }>('/v1/reviews');
  for (const { stage, outcome, startedAt, endedAt, summary = '' } of stages) {
    const took = seconds(Date.parse(endedAt) - Date.parse(startedAt));
    tell(`  ${stage.padEnd(12)} ${outcome.padEnd(8)} ${took.padStart(8)}  ${summary.slice(0, 110)}`);
  }
  const isReviewed = reviews.items.some(({ kind }) => kind === 'hotfix');
  tell(
    `${state} ${seconds(tookMs)} after the edit (bar: ${seconds(mostMs)}); a review of it is open: ${isReviewed}`,
  );
  tell(
    `${cpus().length} cores, load ${loadavg()[0]?.toFixed(1) ?? '?'}, ${requestsPerSecond} requests a second`,
  );
  return isReviewed && tookMs <= mostMs ? 0 : 1;
}

try {
  process.exitCode = await measure();
} finally {
  await world.stop();
}
