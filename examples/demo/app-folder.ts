import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument, stringify } from 'yaml';
import { readLabelledCsv, type LabelledRow } from '../bank-support/load-knowledge.ts';

const example = join(import.meta.dirname, '..', 'bank-support');

/** An edit of the app as a person makes it: some fields of sluice.yaml, under a new label. */
export interface DemoChange {
  readonly label: string;
  readonly message: string;
  readonly fields: readonly (readonly [path: readonly (string | number)[], value: unknown])[];
}

/** A team's folder with the example's files, under git, and the data that its customers' messages come from. */
export interface AppFolder {
  readonly directory: string;
  readonly specFile: string;
  readonly knowledgeFile: string;
  readonly queries: LabelledRow[];
  apply(change: DemoChange): void;
}

const caseCount = 90;
const criticalCount = 5;
const neighbours = 5;
/** Of large data only so many rows are looked at for clear ones. */
const consideredRows = 400;

/** A message is long when it is longer than four fifths of the messages: `atlas-flash` is slow on these. */
export function longMessageCharacters(queries: readonly LabelledRow[]): number {
  const lengths = queries.map(({ text }) => text.length).sort((a, b) => a - b);
  return lengths[Math.floor(lengths.length * 0.8)] ?? 160;
}

/** Names of cases have letters, digits, dots, dashes and underscores, and end with a letter or a digit. */
function caseId(kind: string, i: number, category: string): string {
  return `${kind}-${i + 1}-${category.replaceAll(/[^A-Za-z0-9]+/g, '_').replace(/_$/, '')}`;
}

function evenly<T>(items: readonly T[], count: number): T[] {
  const step = Math.max(1, items.length / count);
  return Array.from({ length: Math.min(count, items.length) }, (_, i) => items[Math.floor(i * step)]).filter(
    (item) => item !== undefined,
  );
}

function assertsIntent(category: string) {
  return [{ type: 'contains', value: `intent: ${category}\n` }];
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\d]{3,}/gu) ?? []);
}

/** How many of the phrasings nearest to a row, by shared words, have its category; 0..1. */
function clearness(
  row: LabelledRow,
  knowledge: readonly { readonly row: LabelledRow; readonly words: Set<string> }[],
): number {
  const words = wordsOf(row.text);
  const nearest = knowledge
    .filter((other) => other.row !== row)
    .map((other) => {
      const shared = words.intersection(other.words).size;
      return { category: other.row.category, similarity: shared / (words.size + other.words.size - shared) };
    })
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, neighbours);
  return nearest.filter(({ category }) => category === row.category).length / neighbours;
}

/** The clearest phrasing of each of some intents: what the assistant must never get wrong. */
function criticalRows(knowledge: readonly LabelledRow[], longestCase: number): LabelledRow[] {
  const all = knowledge.map((row) => ({ row, words: wordsOf(row.text) }));
  const clearest = new Map<string, { readonly row: LabelledRow; readonly clear: number }>();
  for (const row of evenly(knowledge, consideredRows)) {
    if (row.text.length > longestCase) continue;
    const clear = clearness(row, all);
    if (clear > (clearest.get(row.category)?.clear ?? 0)) clearest.set(row.category, { row, clear });
  }
  const byClearness = [...clearest.values()].sort((a, b) => b.clear - a.clear);
  return byClearness.slice(0, criticalCount).map(({ row }) => row);
}

/** A suite over any labelled data, in the form of the example's own: teams' cases are short, customers' stories long. */
export function suiteFor(knowledge: readonly LabelledRow[], queries: readonly LabelledRow[]): string {
  const longestCase = longMessageCharacters(queries);
  const short = queries.filter(({ text }) => text.length <= longestCase);
  const tests = [
    ...criticalRows(knowledge, longestCase).map(({ text, category }, i) => ({
      id: caseId('critical', i, category),
      critical: true,
      vars: { message: text },
      assert: assertsIntent(category),
    })),
    ...evenly(short, caseCount).map(({ text, category }, i) => ({
      id: caseId('case', i, category),
      vars: { message: text },
      assert: assertsIntent(category),
    })),
  ];
  return `# Made of knowledge.csv and queries.csv: short messages with the intent that must be named.\n${stringify(
    {
      description: 'Intents of short messages',
      tests,
    },
  )}`;
}

/** A word that stands in a critical case and hardly elsewhere: what the rule of answer-v3 stumbles over. */
export function tellingWord(critical: LabelledRow, knowledge: readonly LabelledRow[]): string {
  const words = critical.text.toLowerCase().match(/[a-z]{4,}/g) ?? [];
  const uses = (word: string) => knowledge.filter(({ text }) => text.toLowerCase().includes(word)).length;
  return [...words].sort((a, b) => uses(a) - uses(b))[0] ?? 'help';
}

/** Rewrites the hand-over rule of answer-v3 for data that has no stolen cards. */
function adaptPrompt(
  directory: string,
  knowledge: readonly LabelledRow[],
  queries: readonly LabelledRow[],
): void {
  const [critical] = criticalRows(knowledge, longMessageCharacters(queries));
  if (critical === undefined) return;
  const file = join(directory, 'prompts', 'answer-v3.prompt');
  const rule = `- If the customer writes "${tellingWord(critical, knowledge)}", answer speak_to_agent.`;
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^- If the customer writes .*$/m, rule));
}

function git(directory: string, ...args: string[]): void {
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@bank.example', '-c', 'commit.gpgsign=false'];
  execFileSync('git', [...identity, ...args], { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
}

/**
 * Lays out the app's folder: the example's files, with other data and a suite made of it where a folder with
 * `knowledge.csv` and `queries.csv` is given, and what `adapt` changes. Throws a sentence that names what is wrong with that data.
 */
export async function layOutApp(
  directory: string,
  {
    dataDirectory,
    adapt,
  }: {
    readonly dataDirectory: string | undefined;
    readonly adapt?: (directory: string, queries: readonly LabelledRow[]) => void;
  },
): Promise<AppFolder> {
  mkdirSync(directory, { recursive: true });
  for (const part of ['sluice.yaml', 'prompts', 'evals'])
    cpSync(join(example, part), join(directory, part), { recursive: true });
  const data = dataDirectory ?? join(example, 'knowledge');
  const knowledgeFile = join(data, 'knowledge.csv');
  const [knowledge, queries] = await Promise.all([
    readLabelledCsv(knowledgeFile),
    readLabelledCsv(join(data, 'queries.csv')),
  ]);
  if (dataDirectory !== undefined) {
    writeFileSync(join(directory, 'evals', 'intents.yaml'), suiteFor(knowledge, queries));
    adaptPrompt(directory, knowledge, queries);
  }
  adapt?.(directory, queries);
  git(directory, 'init', '--quiet', '--initial-branch=main');
  git(directory, 'add', '.');
  git(directory, 'commit', '--quiet', '-m', 'Answer customers with intent-v1');
  const specFile = join(directory, 'sluice.yaml');
  return {
    directory,
    specFile,
    knowledgeFile,
    queries,
    apply({ label, message, fields }) {
      const document = parseDocument(readFileSync(specFile, 'utf8'));
      document.setIn(['revision', 'label'], label);
      for (const [path, value] of fields) document.setIn(path, value);
      writeFileSync(specFile, document.toString({ lineWidth: 0 }));
      git(directory, 'commit', '--quiet', '--all', '-m', message);
    },
  };
}
