import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

export interface SourceFile {
  /** From the project's root, with `/`. */
  readonly path: string;
  readonly source: ts.SourceFile;
}

/** What is no part of a program that users run: tests and what they need, measurements, tools. */
const notProduction =
  /(^|\/)(tests|bench|tools|test-fixtures|node_modules)\/|\.(test|fixture)\.tsx?$|\.d\.m?ts$/;

export function isProduction(path: string): boolean {
  return !notProduction.test(path);
}

/** The production code below a folder, parsed. Hidden folders are not part of it. */
export function readProduction(root: string): SourceFile[] {
  const paths = globSync('**/*.{ts,tsx}', {
    cwd: root,
    exclude: (name) => name === 'node_modules' || name.startsWith('.'),
  });
  return paths
    .map((path) => path.replaceAll('\\', '/'))
    .filter(isProduction)
    .sort()
    .map((path) => parse(path, readFileSync(join(root, path), 'utf8')));
}

export function parse(path: string, text: string): SourceFile {
  return { path, source: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) };
}
