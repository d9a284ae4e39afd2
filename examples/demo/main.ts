import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { messageOf } from '../../domain/errors.ts';
import { demoKey } from './bindings.ts';
import { binDirectory } from './command-line.ts';
import { readArguments, usage, type DemoArguments } from './arguments.ts';
import { createDisplay, type Display } from './display.ts';
import { playEditing } from './edit.ts';
import { playJourney } from './play.ts';
import { costText } from './real/cost.ts';
import { readVendors, type Vendors } from './real/vendors.ts';
import { reportText } from './report.ts';
import { steps } from './steps/index.ts';
import { startWorld, type DemoWorld } from './world.ts';

/** Logged in at once: what follows # stays in the browser. */
const dashboardOf = ({ stack, token }: DemoWorld) => `${stack.connections.apiUrl}/ui/#token=${token}`;

const keptHelp = (world: DemoWorld) => {
  const { connections } = world.stack;
  return [
    'Everything is still running; Ctrl-C stops it.',
    `  Dashboard        ${dashboardOf(world)}`,
    `  API              ${connections.apiUrl}`,
    ...connections.productionGateways.map((url) => `  Gateway          ${url}/v1`),
    `  Staging gateway  ${connections.stagingGateway}/v1`,
    `  Temporal Web UI  ${connections.temporalUiUrl ?? '–'}`,
    `  Metrics          ${[connections.apiAdmin ?? '', ...(connections.gatewayAdmins ?? [])].map((url) => `${url}/metrics`).join('  ')}`,
    `  The app's folder ${world.app.directory}`,
    `  Logs             ${world.stack.logDirectory}`,
    '  To use the sluice command on it:',
    `    export PATH="${binDirectory}:$PATH" SLUICE_API_URL=${connections.apiUrl} SLUICE_TOKEN=${world.token} SLUICE_HOME=${world.home} ${demoKey.name}=${demoKey.value}`,
    '',
  ].join('\n');
};

/** Throws a sentence where the demo cannot be played with these arguments here. */
function assertPlayable({ data, edit }: DemoArguments): void {
  for (const file of data === undefined ? [] : ['knowledge.csv', 'queries.csv']) {
    if (!existsSync(join(data ?? '', file)))
      throw new Error(`${data ?? ''} has no ${file} (columns: text,category).`);
  }
  if (edit && !process.stdin.isTTY) throw new Error('--edit needs a terminal.');
}

/** The vendors to call, once it is said what that costs; undefined where the simulator is to answer. */
function vendorsFor({ real, ratePerSecond }: DemoArguments): Vendors | undefined {
  if (!real) return undefined;
  const vendors = readVendors(process.env);
  if (Object.keys(vendors).length === 0) throw new Error('--real needs OPENAI_API_KEY or ANTHROPIC_API_KEY.');
  process.stdout.write(costText(vendors, ratePerSecond));
  return vendors;
}

/** What came of it: the exit code, and what there is to report. */
interface Played {
  readonly code: number;
  readonly report: string;
}

async function play(demo: DemoArguments, world: DemoWorld, display: Display): Promise<Played> {
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

function stopSpending(why: string): never {
  throw new Error(`${why} The journey was stopped in the middle.`);
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolveWait) => {
    process.once('SIGINT', () => {
      resolveWait();
    });
    process.once('SIGTERM', () => {
      resolveWait();
    });
  });
}

async function run(demo: DemoArguments): Promise<number> {
  assertPlayable(demo);
  const display = createDisplay(
    (text) => process.stdout.write(text),
    process.stdout.isTTY && !process.env['NO_COLOR'],
  );
  const vendors = vendorsFor(demo);
  display.section(0, 'of everything that the journey plays on');
  const interrupted = untilInterrupted();
  const world = await startWorld({
    dataDirectory: demo.data === undefined ? undefined : resolve(demo.data),
    vendors,
    onProgress: (step, ms) => {
      display.say(`started ${step} in ${(ms / 1000).toFixed(1)} s`);
    },
  });
  display.say(
    'Policy: tryout, since seconds must do for hours here. Real traffic goes by `sluice policy show`.',
  );
  display.say(`Dashboard, until the end: ${dashboardOf(world)}`);
  try {
    const played = await Promise.race([
      play(demo, world, display),
      interrupted.then(() => 'interrupted' as const),
      ...(world.spending === undefined ? [] : [world.spending.exhausted.then(stopSpending)]),
    ]);
    if (played === 'interrupted') return 130;
    process.stdout.write(played.report);
    if (demo.keep) {
      process.stdout.write(keptHelp(world));
      await interrupted;
    }
    return played.code;
  } finally {
    // A step that was cut off in the middle has nothing more to say.
    display.silence();
    await world.stop();
  }
}

async function main(): Promise<number> {
  const read = readArguments(process.argv.slice(2));
  switch (read.kind) {
    case 'help':
      process.stdout.write(usage);
      return 0;
    case 'wrong':
      process.stderr.write(`${read.message}\n\n${usage}`);
      return 2;
    case 'play':
      return run(read.demo);
  }
}

main().then(
  // Steps that were cut off may still wait for something; everything is stopped by now.
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`The demo could not be played: ${messageOf(error)}\n`);
    process.exit(1);
  },
);
