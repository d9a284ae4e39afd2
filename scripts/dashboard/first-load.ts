import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** What Vite says of each file that it has built. */
export interface BuiltFile {
  readonly file: string;
  readonly isEntry?: boolean;
  /** Keys of what is loaded with it. */
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

/** The files that a browser loads before it shows the first page: what is imported later is not among them. */
export function firstLoadFiles(manifest: Readonly<Record<string, BuiltFile>>): string[] {
  const files = new Set<string>();
  const add = (key: string): void => {
    const built = manifest[key];
    if (built === undefined || files.has(built.file)) return;
    files.add(built.file);
    for (const sheet of built.css ?? []) files.add(sheet);
    for (const imported of built.imports ?? []) add(imported);
  };
  for (const [key, { isEntry }] of Object.entries(manifest)) if (isEntry === true) add(key);
  return [...files].sort();
}

/** Their size as they go over the wire: bytes, each file by gzip. */
export function gzippedBytes(folder: string, files: readonly string[]): number {
  return files.reduce(
    (sum, file) => sum + gzipSync(readFileSync(join(folder, file)), { level: 9 }).length,
    0,
  );
}
