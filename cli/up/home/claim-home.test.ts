import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { useFolder } from '../../test-fixtures/sluice.ts';
import { claimHome } from './claim-home.ts';

const folder = useFolder();
const pidFile = () => join(folder.path, 'up.pid');

/** A process with such words in its command line, on whose behalf `up.pid` is left. */
async function owner(...words: string[]) {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', ...words]);
  await once(child, 'spawn');
  folder.write('up.pid', `${String(child.pid)}\n`);
  return child;
}

it('is free again after an orderly end', () => {
  for (let k = 0; k < 2; k += 1) {
    const claim = claimHome(folder.path);
    expect(claim.leftBehind).toBe(false);
    expect(existsSync(pidFile())).toBe(true);
    claim.release();
  }
  expect(existsSync(pidFile())).toBe(false);
});

it('belongs to one `sluice up` at a time, and tells when the last one was killed', async () => {
  const other = await owner('up', '--simulate');
  expect(() => claimHome(folder.path)).toThrow(`Another \`sluice up\` (pid ${String(other.pid)}) runs`);
  other.kill('SIGKILL');
  await once(other, 'exit');
  expect(claimHome(folder.path).leftBehind).toBe(true);
});

it('is not kept by a program that has got the number of a stack that was killed', async () => {
  const other = await owner('upload');
  expect(claimHome(folder.path).leftBehind).toBe(true);
  other.kill('SIGKILL');
});
