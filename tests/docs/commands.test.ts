import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { createProgram } from '../../cli/program.ts';
import { readArguments } from '../../examples/demo/arguments.ts';
import { blocks, spans } from './pages-of.ts';

// Each command of a page is one that the program takes as it stands: the command is there, with its options and all that
// it needs. Whether it does what the page says, the journeys hold.

/** Why the program refuses these words; undefined where it takes them. */
async function refusalOf(words: readonly string[]): Promise<string | undefined> {
  const said: string[] = [];
  const out = { write: () => true };
  const err = { write: (text: string) => said.push(text) > 0 };
  const program = createProgram({
    outputs: { stdout: out, stderr: err },
    run: () => Promise.resolve(),
    up: () => Promise.resolve(),
  });
  try {
    await program.parseAsync(['node', 'sluice', ...words]);
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? undefined : (said[0] ?? error.message).trim();
  }
}

/** The words of a line of a shell, as far as its command goes; what a variable stands for is some word. */
function wordsOf(line: string): string[] {
  const command = line.replace(/\s(?:#|\||>|&&|;|2>).*$/, '').replace(/[;&]$/, '');
  return [...command.matchAll(/(?:"([^"]*)"|'([^']*)'|([^\s"']+))/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
}

/** The commands of a script: lines that go on are one, and so is what stands behind `&&`, a pipe or `- run:`. */
function commandsOf(text: string): string[] {
  return text
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .flatMap((line) => line.split(/&&|\|\||\||\$\(|- run: /))
    .map((part) => part.trim().replace(/^(?:\$ |time |[A-Z_]+=\S+ )+/, ''))
    .filter((part) => /^sluice( |$)/.test(part));
}

const scripts = blocks().filter(({ language }) => ['', 'sh', 'yaml'].includes(language));
const written = scripts.flatMap(({ at, text }) => commandsOf(text).map((command) => ({ at, command })));

it('has commands to look at', () => {
  expect(written.length).toBeGreaterThan(60);
});

it('shows no command that the program does not take as it stands', async () => {
  const refused: string[] = [];
  for (const { at, command } of written) {
    const why = await refusalOf(wordsOf(command).slice(1));
    if (why !== undefined) refused.push(`${at}: ${command}: ${why}`);
  }
  expect(refused).toEqual([]);
});

/** In a sentence what is needed may be left out (`sluice release abort`): the command and its options are there. */
it('names no command or option in a sentence that is not there', async () => {
  const named = spans().filter(({ text }) => /^sluice [a-z-]/.test(text));
  expect(named.length).toBeGreaterThan(100);
  const refused: string[] = [];
  for (const { at, text } of named) {
    for (const form of alternatives(text)) {
      const why = await refusalOf(wordsOf(form.replaceAll(/[…[\]]/g, ' ')).slice(1));
      if (why !== undefined && /unknown|invalid|too many/.test(why)) refused.push(`${at}: ${form}: ${why}`);
    }
  }
  expect(refused).toEqual([]);
});

const scriptsOfPackage = Object.keys(
  (JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as { scripts: object })
    .scripts,
);

it('names no script of npm that is not there, and no option that the demo does not take', () => {
  const named = spans().filter(({ text }) => /^npm (?:run|test|start)/.test(text));
  expect(named.length).toBeGreaterThan(20);
  for (const { at, text } of named) {
    const [, run, script = ''] = /^npm (run )?([a-z:]+)/.exec(text) ?? [];
    if (run === undefined) continue;
    expect([at, scriptsOfPackage]).toEqual([at, expect.arrayContaining([script])]);
    const options = text.split(' -- ')[1];
    if (script !== 'demo' || options === undefined) continue;
    expect([at, readArguments(wordsOf(options)).kind]).toEqual([at, 'play']);
  }
});

/** In a table `sluice release pause\|resume X` stands for two commands. */
function alternatives(text: string): string[] {
  const words = text.replaceAll('\\|', '|').split(' ');
  const at = words.findIndex((word) => /[a-z]\|[a-z]/.test(word));
  if (at < 0) return [text];
  return (words[at] ?? '').split('|').map((each) => [...words.slice(0, at), each].join(' '));
}
