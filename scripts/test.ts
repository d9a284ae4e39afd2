// Runs tests and ends with one line that sums them up: `N passed, N failed, N skipped`.
//   node scripts/test.ts             every test, but for those that a whole stack is started, killed or cut for
//   node scripts/test.ts --whole     those
//   node scripts/test.ts PATTERN...  what jest finds by its own arguments
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTotals, type TestTotals } from './test-totals.ts';

const JEST = createRequire(import.meta.url).resolve('jest/bin/jest');

/** Minutes each, on programs that are started, killed and cut off: journeys of a release, faults, upgrades. */
const wholeStack = [
  'tests/journeys/',
  'tests/faults/',
  'tests/dashboard/while-workers-are-killed',
  'tests/security/said-on-a-journey',
  'workers/reconciler/stuck-releases',
];

/** What jest is told, by what this script was told. */
function jestArguments(args: readonly string[]): readonly string[] {
  if (args[0] === '--whole') return [...wholeStack, ...args.slice(1)];
  return args.length > 0 ? args : wholeStack.flatMap((pattern) => ['--testPathIgnorePatterns', pattern]);
}

async function runJest(
  args: readonly string[],
): Promise<{ readonly exitCode: number; readonly totals: TestTotals }> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-jest-'));
  const report = join(folder, 'report.json');
  try {
    const exitCode = await exitCodeOf(process.execPath, [JEST, '--json', `--outputFile=${report}`, ...args]);
    return { exitCode, totals: readTotals(report, exitCode) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The exit code of a program; 1 when a signal ended it. What it prints is seen as it comes. */
function exitCodeOf(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}

const startedAt = performance.now();
const { exitCode, totals } = await runJest(jestArguments(process.argv.slice(2)));
console.log(`\nTests took ${Math.round((performance.now() - startedAt) / 1000)} s.`);
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = exitCode === 0 && totals.failed > 0 ? 1 : exitCode;
