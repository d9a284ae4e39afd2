import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../tests/support/wait-for.ts';
import { createCommandLine } from './command-line.ts';

const directory = mkdtempSync(join(tmpdir(), 'sluice-commands-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it('runs a command to its end, in the folder and with the settings', async () => {
  const commands = createCommandLine(directory, { GREETING: 'hello' });
  const ran = await commands.run('/bin/sh', [
    '-c',
    `echo "{\\"said\\":\\"$GREETING\\",\\"in\\":\\"$PWD\\"}"; exit 3`,
  ]);
  expect(ran).toMatchObject({ code: 3, json: { said: 'hello', in: directory } });
});

it('ends what still runs when it is stopped, and runs nothing more', async () => {
  const commands = createCommandLine(directory, {});
  const file = join(directory, 'pid');
  const ran = commands.run('/bin/sh', [
    '-c',
    `echo $$ > ${file}.new; mv ${file}.new ${file}; exec tail -f /dev/null`,
  ]);
  const aborted = expect(ran).rejects.toThrow('aborted');
  await waitFor(() => existsSync(file), { what: 'the program' });
  const pid = Number(readFileSync(file, 'utf8'));
  expect(isRunning(pid)).toBe(true);
  await commands.stop();
  await aborted;
  expect(isRunning(pid)).toBe(false);
  await expect(commands.run('/bin/true', [])).rejects.toThrow('aborted');
});

it('says that a program is not there', async () => {
  const commands = createCommandLine(directory, {});
  await expect(commands.run(join(directory, 'nothing'), [])).rejects.toThrow('ENOENT');
  await commands.stop();
});
