import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** One function of the schema, with all its signatures: the file is its only text. */
export interface FunctionFile {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the text. */
  readonly digest: string;
}

/** Where the functions of the schema are: a file each, in rooms by word. */
const functionsFolder = join(import.meta.dirname, '../functions');

/**
 * Reads all of them, each after those that it names. Throws where a file makes another function than it is named for,
 * two have one name, or some name each other in a circle.
 */
export async function readFunctionFiles(folder = functionsFolder): Promise<FunctionFile[]> {
  const entries = await readdir(folder, { recursive: true });
  const paths = entries.filter((entry) => entry.endsWith('.sql')).sort();
  const files = await Promise.all(
    paths.map(async (path) =>
      functionFile(basename(path, '.sql'), await readFile(join(folder, path), 'utf8')),
    ),
  );
  return inOrder(files);
}

/** A function's file with this text. Throws where the text makes others than its name says. */
export function functionFile(name: string, text: string): FunctionFile {
  const sql = text.replaceAll('\r\n', '\n');
  const made = [...sql.matchAll(/^create or replace function (\w+)\(/gm)].map(([, each]) => each);
  if (made.length === 0 || made.some((each) => each !== name) || /^create function/m.test(sql))
    throw new Error(`${name}.sql has to say "create or replace function ${name}(", and make no other.`);
  return { name, sql, digest: createHash('sha256').update(sql).digest('hex') };
}

/** PostgreSQL looks a function's body over when it is made: what it calls must be there, as it is meant. */
export function inOrder(files: readonly FunctionFile[]): FunctionFile[] {
  const byName = new Map(files.map((file) => [file.name, file]));
  if (byName.size < files.length) throw new Error('Two files of functions have the same name.');
  const ordered = new Set<FunctionFile>();
  const place = (file: FunctionFile, callers: readonly string[]): void => {
    if (ordered.has(file)) return;
    if (callers.includes(file.name))
      throw new Error(`Functions call each other in a circle: ${[...callers, file.name].join(', ')}.`);
    for (const called of calledBy(file, byName)) place(called, [...callers, file.name]);
    ordered.add(file);
  };
  for (const file of files) place(file, []);
  return [...ordered];
}

/** Those that a file names before a bracket, but for itself, as a function may. */
function calledBy({ name, sql }: FunctionFile, byName: ReadonlyMap<string, FunctionFile>): FunctionFile[] {
  const words = sql.replaceAll(/--[^\n]*/g, '').matchAll(/\b(\w+)\s*\(/g);
  const names = new Set([...words].map(([, word = '']) => word));
  names.delete(name);
  return [...names].flatMap((each) => byName.get(each) ?? []);
}
