import { dirname, extname, join } from 'node:path';
import { SluiceError } from '../../domain/errors.ts';
import { type DocumentPath, type LocatedYaml, parseLocatedJson, parseLocatedYaml } from './located-yaml.ts';
import { csvTests } from './csv-tests.ts';
import { jsonFault } from './json-fault.ts';
import { problemsError } from './problem.ts';

/** Reads a file of the team's repository; throws `not_found` or `invalid_file` where it cannot. */
export type ReadText = (file: string) => Promise<string>;

/** A test as it stands somewhere, with the way to its places. */
export interface RawTest extends Omit<LocatedYaml, 'value'> {
  readonly raw: unknown;
  readonly file: string;
  /** Stands in a YAML or JSON file of its own. */
  readonly inOtherFile: boolean;
}

const reference = 'file://';

/** The path behind `file://…`, relative to the file that names it. */
export function referencedFile(text: string, from: string): string | undefined {
  return text.startsWith(reference) ? join(dirname(from), text.slice(reference.length)) : undefined;
}

interface Place extends Pick<RawTest, 'file' | 'placeOf' | 'placeOfKey' | 'inOtherFile'> {
  readonly path: DocumentPath;
}

/**
 * The tests of a value of `tests`: written in place, or in other files (`file://cases.csv`, .yaml, .json, .jsonl).
 * Throws `invalid_file` for what is no list of tests, and for a file that adds none.
 */
export async function collectTests(raw: unknown, at: Place, readText: ReadText): Promise<RawTest[]> {
  const { file, path, placeOf, placeOfKey, inOtherFile } = at;
  if (Array.isArray(raw)) {
    const lists = raw.map(async (each: unknown, i) =>
      typeof each === 'string'
        ? collectTests(each, { ...at, path: [...path, i] }, readText)
        : [
            {
              ...{ raw: each, file, inOtherFile },
              placeOf: (inner: DocumentPath) => placeOf([...path, i, ...inner]),
              placeOfKey: (inner: DocumentPath) => placeOfKey([...path, i, ...inner]),
            },
          ],
    );
    return (await Promise.all(lists)).flat();
  }
  const other = typeof raw === 'string' ? referencedFile(raw, file) : undefined;
  if (other === undefined) {
    throw problemsError([{ file, place: placeOf(path), message: 'tests are a list, or file://… with one' }]);
  }
  const reader = readers[extname(other)];
  if (reader === undefined) {
    const message = `tests are read from .csv, .yaml, .yml, .json and .jsonl files, not from ${other}`;
    throw problemsError([{ file, place: placeOf(path), message }]);
  }
  const tests = await reader(await readOther(other, at, readText), other, readText);
  if (tests.length > 0) return tests;
  throw problemsError([
    { file, place: placeOf(path), message: `${other} adds no tests: there are none in it` },
  ]);
}

async function readOther(other: string, { file, path, placeOf }: Place, readText: ReadText): Promise<string> {
  try {
    return await readText(other);
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    throw problemsError([{ file, place: placeOf(path), message: error.message }]);
  }
}

type TestReader = (text: string, file: string, readText: ReadText) => RawTest[] | Promise<RawTest[]>;

const readers: Record<string, TestReader | undefined> = {
  '.csv': (text, file) =>
    csvTests(text, file).map(({ test, line }) => ({
      raw: test,
      file,
      inOtherFile: false,
      ...inLine(line),
    })),
  '.yaml': listIn(parseLocatedYaml),
  '.yml': listIn(parseLocatedYaml),
  '.json': listIn(parseLocatedJson),
  '.jsonl': (text, file) =>
    text.split('\n').flatMap((line, i) => {
      if (line.trim() === '') return [];
      return [{ raw: jsonLine(line, file, i + 1), file, inOtherFile: true, ...inLine(i + 1) }];
    }),
};

/** All of a test stands in one line of its file. */
function inLine(line: number): Omit<LocatedYaml, 'value'> {
  const place = (): string => String(line);
  return { placeOf: place, placeOfKey: place };
}

function listIn(parse: (text: string, file: string) => LocatedYaml): TestReader {
  return (text, file, readText) => {
    const { value, placeOf, placeOfKey } = parse(text, file);
    return collectTests(value ?? [], { file, path: [], placeOf, placeOfKey, inOtherFile: true }, readText);
  };
}

function jsonLine(text: string, file: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw problemsError([{ file, place: String(line), message: jsonFault(error) }]);
  }
}
