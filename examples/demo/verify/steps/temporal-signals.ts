import type { ReleaseDetail } from '../../../../api/schemas/releases.ts';
import { findTemporalCli } from '../../../../scripts/set-up/temporal-cli.mjs';
import { changes } from '../changes.ts';
import {
  field,
  look,
  lookEveryMs,
  openReleases,
  sluice,
  textOf,
  type Journey,
  type DemoStep,
} from '../../journey.ts';
import { waitUntil } from '../../wait-until.ts';

/** Sends a plain Temporal signal, as the Web UI does. */
async function signal({ world, display }: Journey, name: string): Promise<boolean> {
  const cli = findTemporalCli(process.env);
  if (cli === undefined) return false;
  const args = [
    'workflow',
    'signal',
    '--workflow-id',
    'release/bank-support',
    '--name',
    name,
    '--identity',
    'ada@bank',
  ];
  display.command(`temporal ${args.join(' ')}`);
  const ran = await world.commands.run(cli, [...args, '--address', world.stack.connections.temporalAddress]);
  return ran.code === 0;
}

async function untilState(
  journey: Journey,
  id: string,
  state: string,
): Promise<{
  readonly reached: boolean;
  readonly weight: number | undefined;
  readonly tookMs: number;
}> {
  const found = await waitUntil(
    async () => {
      const release = await look<ReleaseDetail>(journey, `/v1/releases/${id}`);
      return release?.state === state ? release : undefined;
    },
    30_000,
    lookEveryMs,
  );
  return { reached: found.value !== undefined, weight: found.value?.weight, tookMs: found.tookMs };
}

async function play(journey: Journey): Promise<void> {
  const { world, display, checks, patience } = journey;
  display.say('Temporal, API and worker are started again.');
  await world.stack.temporal?.start();
  await Promise.all([world.stack.api.start(), world.stack.worker.start()]);
  const closed = await waitUntil(
    async () => ((await openReleases(journey))?.length === 0 ? true : undefined),
    60_000,
    lookEveryMs,
  );
  checks.claim(
    'the release that was cut off ends by itself',
    closed.value === true,
    `closed ${(closed.tookMs / 1000).toFixed(1)} s after the restart`,
  );
  world.app.apply(changes.v6);
  const started = await sluice(journey, ['release', 'start', '--plan', 'demo']);
  const id = textOf(started.json, 'release', 'id');
  await waitUntil(() => world.traffic.lastSeen(changes.v6.label, 'candidate'), 90_000 * patience);
  for (const [name, state] of [
    ['pause', 'paused'],
    ['resume', 'progressing'],
    ['abort', 'aborted'],
  ] as const) {
    const sent = await signal(journey, name);
    const { reached, weight, tookMs } = await untilState(journey, id, state);
    checks.claim(
      `the signal "${name}" acts`,
      sent && reached,
      `${state} at ${String(weight)} % after ${(tookMs / 1000).toFixed(1)} s`,
    );
  }
  const audit = await sluice(journey, ['audit', '--release', id], () => undefined);
  const items = field(audit.json, 'items');
  const actors = new Set(Array.isArray(items) ? items.map((item) => textOf(item, 'actor')) : []);
  checks.claim(
    'the audit log shows who did all this',
    actors.has('temporal:ada@bank') && actors.has('token:admin'),
    [...actors].join(', '),
  );
}

export const temporalSignals: DemoStep = {
  title: 'Paused, resumed and aborted by plain Temporal signals',
  play,
};
