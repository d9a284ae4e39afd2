import type { Command as Program } from 'commander';
import { apiRoutes } from '../../api/routes/index.ts';
import { createProgram } from '../../cli/program.ts';
import { gatewayDocument } from '../../gateway/openapi/document.ts';
import { putIn, textsOfSource } from './texts-of-source.ts';

// Whatever a message, a help text or a remedy tells somebody to run or to ask, is there.

const texts = textsOfSource([
  ...['activities', 'analysis', 'api', 'cli', 'config-store', 'domain', 'evals', 'gateway', 'program'],
  ...['protocols', 'sandbox', 'workers', 'workflows'],
]);

const nothing = { write: () => true };
const program = createProgram({
  outputs: { stdout: nothing, stderr: nothing },
  run: () => Promise.resolve(),
  up: () => Promise.resolve(),
});

const longFlags = (command: Program): string[] => command.options.map(({ long }) => long ?? '');
/** What is asked of the whole, and of every command. */
const everywhere = ['--help', '--version', ...longFlags(program)];
const isValued = (command: Program, flag: string): boolean =>
  command.options.some(({ long, required, optional }) => long === flag && (required || optional));

/** The calls of a text: the command, and what follows until the sentence or the quotation ends. */
const calls = /(?<![\w./:-])sluice ((?:(?!\bsluice |\.(?:\s|$))[^`\n;,:()"'])*)/g;

/** What the product's name stands before in sentences, and is no command. */
const prose = ['api', 'command', 'gateway'];

const wordsOf = (call: string): string[] => call.trim().split(/\s+/);
const isCall = ([first = '']: readonly string[]): boolean =>
  /^(?:[a-z]|--)/.test(first) && !prose.includes(first);

/** What is wrong with a call; undefined where nothing is. */
function faultOf(words: readonly string[]): string | undefined {
  let command = program;
  const flags = new Set(everywhere);
  for (const [i, word] of words.entries()) {
    const below = command.commands.find((each) => each.name() === word);
    const flag = word.replace(/=.*$/, '');
    const isName = /^[a-z][a-z-]*$/.test(word) && !isValued(command, words[i - 1] ?? '');
    if (below !== undefined) {
      command = below;
      for (const each of longFlags(below)) flags.add(each);
    } else if (word === putIn && command.commands.length > 0) {
      for (const each of command.commands.flatMap(longFlags)) flags.add(each);
    } else if (/^--[a-z]/.test(flag)) {
      if (!flags.has(flag)) return `"${command.name()}" has no ${flag}`;
    } else if (isName && command.commands.length > 0 && command.registeredArguments.length === 0)
      return `"${command.name()}" has no "${word}"`;
  }
  return undefined;
}

it('names no command and no option of one that is not there', () => {
  const named = texts.flatMap(({ at, text }) =>
    [...text.matchAll(calls)].map(([, call = '']) => ({ at, call, words: wordsOf(call) })),
  );
  const calling = named.filter(({ words }) => isCall(words));
  expect(calling.length).toBeGreaterThan(150);
  const faults = calling.flatMap(({ at, call, words }) => {
    const fault = faultOf(words);
    return fault === undefined ? [] : [`${at}: sluice ${call.trim()}: ${fault}`];
  });
  expect(faults).toEqual([]);
});

/** Of those of the product that a text may name without their command, as \`--reason\`. */
const allFlags = new Set(everywhere);
const collect = (command: Program): void => {
  for (const flag of longFlags(command)) allFlags.add(flag);
  command.commands.forEach(collect);
};
collect(program);

it('names no option in a sentence that no command has', () => {
  // What stands there is for the programs that `sluice up` starts.
  const others = /^cli\/up\/servers\//;
  const sentences = texts.filter(
    ({ at, text }) => /\s/.test(text) && !others.test(at) && !/\b(?:git|node|npm|psql) /.test(text),
  );
  const unknown = sentences.flatMap(({ at, text }) =>
    (text.match(/(?<=^|[\s`("])--[a-z][a-z-]+/g) ?? []).flatMap((flag) =>
      allFlags.has(flag) ? [] : [`${at}: ${flag}`],
    ),
  );
  expect(unknown).toEqual([]);
});

it('names no route that is not there', () => {
  const { routes, eventRoutes, publicRoutes } = apiRoutes({
    ...{
      environments: [],
      subjectKeys: [],
      webhooks: [],
      db: undefined as never,
      workflows: undefined as never,
    },
    ...{
      feed: undefined as never,
      board: undefined as never,
      oidc: { issuers: new Map(), keysOf: undefined as never },
    },
  });
  const known = [
    ...[...routes, ...publicRoutes].map(({ method, path }) => `${method.toUpperCase()} ${path}`),
    ...eventRoutes.map(({ path }) => `GET ${path}`),
    ...Object.entries(gatewayDocument()['paths'] as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    ),
  ].map((route) => new RegExp(`^${route.replaceAll(/\{\w+\}/g, '[^/]+')}$`));
  const named = texts.flatMap(({ at, text }) =>
    (text.match(/\b(?:GET|POST|PUT|PATCH|DELETE) \/v1\/[^\s`"',;)?]*/g) ?? []).map((route) => ({
      at,
      route: route.replaceAll(/\{[^}]*\}/g, putIn).replace(/[.:]$/, ''),
    })),
  );
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter(({ route }) => !known.some((shape) => shape.test(route)))).toEqual([]);
});
