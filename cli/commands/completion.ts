import { shellScripts, type Shell } from '../completion/shell-scripts.ts';
import { done } from '../output/outcome.ts';
import type { Command } from './context.ts';

/** Prints what a shell has to run once, to complete command lines from then on. */
export const completion: Command<{ readonly shell: Shell }> = (_context, { shell }) => {
  const script = shellScripts[shell];
  return Promise.resolve(done(script.trimEnd(), { shell, script }));
};
