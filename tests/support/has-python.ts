import { spawnSync } from 'node:child_process';

/** Is a Python here that the client runs with? Loudly no where there is none, but never so in CI. */
export function hasPython(forWhat: string): boolean {
  if (spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0)
    return true;
  const line = `NOT TESTED: ${forWhat}. No python3 of 3.9 or newer is here.`;
  if (process.env['CI'] !== undefined) throw new Error(line);
  process.stderr.write(`\n!!! ${line}\n\n`);
  return false;
}
