import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './compose-file.ts';

/** Imports that are there when the program runs: static, dynamic and re-exports, but no types. */
const importing =
  /(?:^|\n)\s*(?:import|export)\s+(?!type\b)(?:[^'";]*?\sfrom\s+)?'(\.[^']+)'|\bimport\('(\.[^']+)'\)/g;

/** Every file of the project that a program imports, directly or not, itself included; relative to the root. */
export function importedFiles(program: string): string[] {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    if (!existsSync(file)) throw new Error(`${relative(root, file)} is imported and is not there.`);
    seen.add(file);
    for (const [, fixed, dynamic] of readFileSync(file, 'utf8').matchAll(importing))
      visit(join(dirname(file), fixed ?? dynamic ?? ''));
  };
  visit(join(root, program));
  return [...seen].map((file) => relative(root, file));
}
