import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { messageOf } from '../../domain/errors.ts';
import { keptHelp } from './addresses.ts';
import { readArguments, usage, type DemoArguments } from './arguments.ts';
import { storyPerformance } from './story/perform.ts';
import { verifyPerformance } from './verify/perform.ts';
import { startWorld } from './world.ts';

/** Throws a sentence where the demo cannot be played with these arguments here. */
function assertPlayable({ data, edit }: DemoArguments): void {
  for (const file of data === undefined ? [] : ['knowledge.csv', 'queries.csv']) {
    if (!existsSync(join(data ?? '', file)))
      throw new Error(`${data ?? ''} has no ${file} (columns: text,category).`);
  }
  if (edit && !process.stdin.isTTY) throw new Error('--edit needs a terminal.');
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
  const performance = demo.verify || demo.edit ? verifyPerformance(demo) : storyPerformance(demo);
  const interrupted = untilInterrupted();
  const world = await startWorld({
    dataDirectory: demo.data === undefined ? undefined : resolve(demo.data),
    ...performance.options,
  });
  try {
    const played = await Promise.race([
      performance.play(world),
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
    performance.silence();
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
