import { dirname, extname, join } from 'node:path';
import type { DocumentPath } from './located-yaml.ts';
import { parseLocatedYaml } from './located-yaml.ts';
import { csvTests } from './csv-tests.ts';
import { problemsError } from './problem.ts';

/** Reads a file of the team's repository; throws `not_found` or `invalid_file` where it cannot. */
export type ReadText = (file: string) => Promise<string>;

/** A test as it stands somewhere, with the way to its lines. */
export interface RawTest {
  raw: unknown;
  file: string;
  lineOf: (path: DocumentPath) => number;
}

const reference = 'file://';

/** The path behind `file://…`, relative to the file that names it. */
export function referencedFile(text: string, from: string): string | undefined {
  return text.startsWith(reference) ? join(dirname(from), text.slice(reference.length)) : undefined;
}

/** The tests of a value of `tests`: written in place, or in other files (`file://cases.csv`, .yaml, .json, .jsonl). */
export async function collectTests(
  raw: unknown,
  at: { file: string; path: DocumentPath; lineOf: RawTest['lineOf'] },
  readText: ReadText,
): Promise<RawTest[]> {
  const { file, path, lineOf } = at;
  if (Array.isArray(raw)) {
    const lists = raw.map(async (each: unknown, i) =>
      typeof each === 'string'
        ? collectTests(each, { file, path: [...path, i], lineOf }, readText)
        : [{ raw: each, file, lineOf: (inner: DocumentPath) => lineOf([...path, i, ...inner]) }],
    );
    return (await Promise.all(lists)).flat();
  }
  const other = typeof raw === 'string' ? referencedFile(raw, file) : undefined;
  if (other === undefined) {
    throw problemsError([{ file, line: lineOf(path), message: 'tests are a list, or file://… with one' }]);
  }
  const reader = readers[extname(other)];
  if (reader === undefined) {
    const message = `tests are read from .csv, .yaml, .yml, .json and .jsonl files, not from ${other}`;
    throw problemsError([{ file, line: lineOf(path), message }]);
  }
  return reader(await readText(other), other, readText);
}

type TestReader = (text: string, file: string, readText: ReadText) => RawTest[] | Promise<RawTest[]>;

const readers: Record<string, TestReader | undefined> = {
  '.csv': (text, file) =>
    csvTests(text, file).map(({ test, line }) => ({ raw: test, file, lineOf: () => line })),
  '.yaml': listInYaml,
  '.yml': listInYaml,
  '.json': listInYaml,
  '.jsonl': (text, file) =>
    text.split('\n').flatMap((line, i) => {
      if (line.trim() === '') return [];
      return [{ raw: parseLocatedYaml(line, file).value, file, lineOf: () => i + 1 }];
    }),
};

function listInYaml(text: string, file: string, readText: ReadText): Promise<RawTest[]> {
  const { value, lineOf } = parseLocatedYaml(text, file);
  return collectTests(value, { file, path: [], lineOf }, readText);
}
