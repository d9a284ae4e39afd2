// Checks the code without running it. All checks run, whatever the first ones say.
import { execFile } from 'node:child_process';
import { join } from 'node:path';

interface Check {
  readonly name: string;
  /** A program of node_modules/.bin, or the `node` that runs this, with its arguments. */
  readonly command: readonly [string, ...string[]];
}

// The slow ones first: two run at a time.
const CHECKS: readonly Check[] = [
  { name: 'lint', command: ['eslint', '.', '--max-warnings=0'] },
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: 'types of the dashboard', command: ['tsc', '--noEmit', '--project', 'dashboard'] },
  {
    name: 'import rules',
    command: ['depcruise', '.', '--config', '.dependency-cruiser.cjs', '--output-type', 'err-long'],
  },
  { name: 'dead code', command: ['knip'] },
  { name: 'code that only tests use', command: ['knip', '--production', '--include', 'files,dependencies'] },
  { name: 'the house', command: ['node', 'scripts/check-house.ts'] },
  { name: 'formatting', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
];
const AT_ONCE = 2;

const root = join(import.meta.dirname, '..');

/** Runs one check, prints its result and, if it failed, what it found; true when it passed. */
function runCheck({ name, command: [program, ...args] }: Check): Promise<boolean> {
  const startedAt = performance.now();
  const file = program === 'node' ? process.execPath : join(root, 'node_modules', '.bin', program);
  return new Promise((resolve) => {
    execFile(file, args, { cwd: root, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      console.log(`${error === null ? '✓' : '✗'} ${name} (${program}): ${seconds} s`);
      if (error !== null) console.log(`${stdout}${stderr}`.trim() || error.message);
      resolve(error === null);
    });
  });
}

async function runAll(): Promise<Check[]> {
  const waiting = [...CHECKS];
  const failed: Check[] = [];
  const takeNext = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      if (!(await runCheck(check))) failed.push(check);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, takeNext));
  return failed;
}

const failed = await runAll();
console.log(
  failed.length === 0
    ? `All ${CHECKS.length} checks passed.`
    : `${failed.length} of ${CHECKS.length} checks failed: ${failed.map(({ name }) => name).join(', ')}.`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
