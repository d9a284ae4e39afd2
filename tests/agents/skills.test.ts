import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommanderError } from 'commander';
import { parse } from 'yaml';
import { z } from 'zod';
import { createProgram } from '../../cli/program.ts';

const root = resolve(import.meta.dirname, '../..');
const files = globSync('skills/*/SKILL.md', { cwd: root });

/** Why the program refuses these words; undefined where it takes them. */
async function refusalOf(words: readonly string[]): Promise<string | undefined> {
  const said: string[] = [];
  const program = createProgram({
    outputs: { stdout: { write: () => true }, stderr: { write: (text) => said.push(text) > 0 } },
    run: () => Promise.resolve(),
    up: () => Promise.resolve(),
  });
  try {
    await program.parseAsync([...words], { from: 'user' });
    return undefined;
  } catch (error) {
    if (error instanceof CommanderError) return said[0] ?? error.message;
    throw error;
  }
}

/** In code blocks and in spans alike. */
function commandsOf(text: string): string[] {
  const spans = [...text.matchAll(/`(sluice [^`\n]+)`/g)].map(([, span = '']) => span);
  const lines = text.split('\n').flatMap((line) => /^\s*(sluice .+)$/.exec(line)?.[1] ?? []);
  return [...spans, ...lines];
}

it.each(files)('%s says when it is for, and shows commands that are there alone', async (file) => {
  const text = readFileSync(resolve(root, file), 'utf8');
  const front = /^---\n([^]*?)\n---\n/.exec(text)?.[1] ?? '';
  const schema = z.strictObject({
    name: z.string().regex(/^[a-z-]{1,64}$/),
    description: z.string().max(1_024),
  });
  expect(`skills/${schema.parse(parse(front)).name}/SKILL.md`).toBe(file);
  const commands = commandsOf(text);
  expect(commands.length).toBeGreaterThan(8);
  for (const command of commands) {
    const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
    expect([command, await refusalOf(words.slice(1))]).toEqual([command, undefined]);
  }
});
