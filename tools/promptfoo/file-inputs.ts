import type { JsonValue } from '../../domain/json.ts';
import { recordedKinds } from './recorded-kinds.ts';
import { codes } from './code.ts';
import { expressions, lists, outputs, textOf } from './texts.ts';
import type { Input } from './inputs.ts';
import type { Random } from './random.ts';

const measured = { latencyMs: 100, costUsd: 0.001, finishReason: 'stop' };

/** Suites whose tests and values stand in other files. */
export function fileInput(random: Random): Input {
  const { pick, chance } = random;
  const [suite, files] = chance(0.75) ? csvSuite(random) : filesSuite(random);
  return { suite, files, output: pick(outputs), ...measured };
}

type Suite = [suite: Input['suite'], files: Record<string, string>];

function csvSuite(random: Random): Suite {
  const { chance } = random;
  const columns = ['message', 'name', ...(chance(0.3) ? ['__expected1', '__expected2'] : ['__expected'])];
  const cells = ['hi', 'card', ...columns.slice(2).map(() => cell(random))];
  for (const [column, value] of extraColumns(random)) {
    columns.push(column);
    cells.push(value);
  }
  const end = random.pick(['\n', '\n', '\n', '\r\n']);
  const file = [columns.map((name) => spaced(name, random)), cells]
    .map((line) => line.map((each) => written(each, random)).join(',') + end)
    .join('');
  return [{ tests: 'file://cases.csv' }, { 'cases.csv': odd(file, random) }];
}

function extraColumns({ pick, chance }: Random): [string, string][] {
  if (!chance(0.25)) return [];
  return [
    pick<[string, string]>(
      [
        ...[0.5, ' 0.5 ', '0', '1', '.5', '5e-1', '+1', 'half', '', '0x1', '1_0', '-1'].map(
          (value): [string, string] => ['__threshold', String(value)],
        ),
        ...['0.5', '', 'x'].map((value): [string, string] => ['__config:__expected:threshold', value]),
        ...['0.5', '2'].map((value): [string, string] => ['__config:__expected2:threshold', value]),
        ...([
          ['__metric', 'words'],
          ['__description', 'first'],
          ['__prefix', ''],
          ['__suffix', 'x'],
          ['__prefix', 'x'],
        ] as const),
        ...([
          ['__metadata:owner', 'ada'],
          ['__metadata:tags[]', 'a, b'],
          ['__metadata', 'x'],
          ['_expected', 'card'],
        ] as const),
        ...([
          ['__providerOutput', 'card'],
          ['__providerOutput', ''],
          ['tone', ' calm '],
          ['name', 'Card'],
        ] as const),
        ...([
          ['__expected9', 'card'],
          ['__expectedA', 'card'],
          ['__config:__expected:weight', '1'],
          ['', 'x'],
        ] as const),
      ].map(([name, value]): [string, string] => [name, value]),
    ),
  ];
}

/** A cell of `__expected`, as people write them and as they should not. */
function cell(random: Random): string {
  const { pick, chance } = random;
  if (chance(0.15)) return textOf(random);
  if (chance(0.05))
    return pick(['', ' ', 'file://value.txt', 'file://value.json', 'file://no.txt', 'equals', 'regex']);
  const space = (): string => pick(['', '', ' ', '  ']);
  if (chance(0.2))
    return `${pick(['javascript', 'fn', 'eval', 'not-javascript'])}:${space()}${pick(codes)}${space()}`;
  if (chance(0.04)) return `${pick(['select-best', 'human', 'max-score', 'contians', 'Contains'])}: x`;
  const kind = pick(recordedKinds);
  const not = chance(0.3) ? 'not-' : '';
  const limit = ['latency', 'cost'].includes(kind)
    ? pick(['(200)', '(0.5)', '', '(50)'])
    : chance(0.07)
      ? '(0.5)'
      : '';
  const value = cellValue(kind, random);
  return `${space()}${not}${kind}${limit}${value === undefined ? '' : `:${space()}${value}${space()}`}`;
}

function cellValue(kind: string, random: Random): string | undefined {
  const { pick, chance } = random;
  if (kind.endsWith('-all') || kind.endsWith('-any'))
    return pick([...lists, undefined, 'file://value.txt, z']);
  if (kind === 'regex') return pick(expressions);
  if (kind === 'is-json')
    return pick([undefined, '{"type":"object"}', 'type: array', '{"requried":["a"]}', '']);
  if (kind === 'finish-reason') return pick(['stop', 'length', 'other']);
  if (kind === 'latency' || kind === 'cost') return chance(0.8) ? undefined : pick(['', '5']);
  if (kind === 'javascript') return pick(codes);
  return chance(0.9)
    ? textOf(random)
    : pick([undefined, 'file://value.txt', 'file://list.yaml', 'file://check.js']);
}

function spaced(name: string, { chance }: Random): string {
  return chance(0.05) ? ` ${name} ` : name;
}

function written(value: string, { chance }: Random): string {
  const needsQuotes = /[",\n]/.test(value) || value !== value.trim();
  const isQuoted = needsQuotes ? !chance(0.05) : chance(0.1);
  return isQuoted ? `"${value.replaceAll('"', '""')}"` : value;
}

function odd(file: string, { pick, chance }: Random): string {
  if (!chance(0.1)) return file;
  return pick([
    `\uFEFF${file}`,
    `${file}\n`,
    file.trimEnd(),
    `${file}hi,card\n`,
    file.replace('\n', '\n\n'),
    file.split('\n')[0] ?? '',
  ]);
}

/** Files that stand beside every suite. */
export const valueFiles = {
  'value.txt': '\n the secret \n',
  'bare.txt': 'card',
  'filled.txt': '{{name}}\n',
  'list.txt': 'a, "b, c"\n',
  'code.txt': 'output === "card"\n',
  'value.json': '"card"\n',
  'filled.json': '"{{name}}"',
  'object.json': '{"a": 1}',
  'list.yaml': '- a\n- b\n',
  'schema.yaml': 'type: object\nrequired: [a]\n',
  'date.yaml': 'on: 2026-01-01\n',
  'broken.json': '{',
  'empty.txt': '\n',
  'value.md': 'card',
};

/** Values in files, of tests in the suite itself and of tests in a file of their own; YAML's own ways of saying things. */
function filesSuite(random: Random): Suite {
  const { pick, chance } = random;
  const kind = pick([
    'equals',
    'contains',
    'not-contains',
    'contains-any',
    'regex',
    'is-json',
    'javascript',
    'not-equals',
  ]);
  const file = `file://${pick([...Object.keys(valueFiles), 'no.txt'])}`;
  const value: JsonValue = chance(0.15) ? [file, 'z'] : file;
  const test = { vars: { message: 'hi', name: 'card' }, assert: [{ type: kind, value }] };
  if (chance(0.4)) return [{ tests: [test] }, {}];
  if (chance(0.5)) return [{ tests: ['file://more.json'] }, { 'more.json': JSON.stringify([test]) }];
  if (chance(0.2)) return [{ tests: ['file://more.jsonl'] }, { 'more.jsonl': `${JSON.stringify(test)}\n` }];
  return [
    { tests: ['file://more.yaml'] },
    { 'more.yaml': yamlTest(pick(scalars), pick(['equals', 'contains'])) },
  ];
}

const scalars: readonly string[] = [
  ...[
    'card',
    '"card"',
    "'card'",
    'card # note',
    '5',
    '5.0',
    '05',
    '0x1F',
    '0o17',
    '1e3',
    '1_000',
    '.5',
    '+1',
    '-0',
  ],
  ...[
    'true',
    'True',
    'yes',
    'no',
    'on',
    '~',
    'null',
    'NULL',
    '',
    '2026-01-01',
    '2026-01-01 10:00:00',
    '12:30',
    '.inf',
  ],
  ...[
    '.nan',
    '|\n      card\n',
    '>-\n      the\n      secret\n',
    '|+\n      card\n\n',
    '"a\\nb"',
    "'it''s'",
    '!!str 5',
  ],
  ...[
    '!!binary Y2FyZA==',
    '!custom x',
    '[a, b]',
    '{a: 1}',
    '{1: a}',
    '12345678901234567890',
    '1e400',
    '@card',
    'a: b',
  ],
];

function yamlTest(scalar: string, kind: string): string {
  return `- vars: {message: hi}\n  assert:\n  - type: ${kind}\n    value: ${scalar}\n`;
}
