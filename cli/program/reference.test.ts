import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command as Program } from 'commander';
import { exitCodes } from '../../domain/errors.ts';
import { createProgram } from '../program.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/reference/cli.md'), 'utf8');

/** The cells of a table's rows, below a heading. */
function rowsUnder(heading: string): string[][] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(1).map((row) => row.slice(2, -2).split(/ ?\| ?/));
}

function leavesOf(program: Program, path: string[] = []): { name: string; options: string[] }[] {
  const below = program.commands.flatMap((each) => leavesOf(each, [...path, each.name()]));
  // Most with commands of their own do nothing by themselves: they have no options either.
  if (below.length > 0 && (path.length === 0 || program.options.length === 0)) return below;
  const values = program.registeredArguments.map((each) =>
    each.required ? `<${each.name()}>` : `[${each.name()}]`,
  );
  const own = {
    name: [...path, ...values].join(' '),
    options: program.options.map(({ long }) => long ?? ''),
  };
  return [own, ...below];
}

it('docs/reference/cli.md lists the exit codes that the code has', () => {
  const rows = rowsUnder('Exit codes').map(([code, name = '']) => [name.replaceAll('`', ''), Number(code)]);
  expect(Object.fromEntries(rows)).toEqual(exitCodes);
});

it('docs/reference/cli.md lists every command with every option', () => {
  const nothing = { write: () => true };
  const program = createProgram({
    outputs: { stdout: nothing, stderr: nothing },
    run: () => Promise.resolve(),
    up: () => Promise.resolve(),
  });
  const listed = rowsUnder('Commands').map(([command = '', options = '']) => ({
    name: command.replaceAll('`', ''),
    options: options.split(' ').flatMap((option) => (option === '' ? [] : [option.replaceAll('`', '')])),
  }));
  expect(listed).toEqual(leavesOf(program));
});
