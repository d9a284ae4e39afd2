import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../node_modules/.cache/sluice-compiled');

/**
 * The variable that has a program of ours keep what Node compiles of it, from its first line on: for programs that are
 * started by one of ours.
 */
export const keepsCompiled: Readonly<Record<string, string>> = { NODE_COMPILE_CACHE: folder };

/**
 * Has Node keep what it compiles of the modules that are imported after this, and read it the next time: a start is twice
 * as quick then. In the installation's own folder, since whoever can write there can change the program as well; where it
 * cannot be written, nothing is kept. To be called before the program is imported, so dynamically.
 *
 * @param forThreads also for threads that are started later, such as the worker's of workflows; programs that are started
 *   with this one's environment keep theirs there as well then
 */
export function keepCompiled({ forThreads = false } = {}): void {
  enableCompileCache(folder);
  if (forThreads) process.env['NODE_COMPILE_CACHE'] ??= folder;
}
