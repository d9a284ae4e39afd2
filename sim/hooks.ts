import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Mutation } from './bugs.ts';

const root = new URL('../', import.meta.url).href;

/** From here on workflow code gets the simulated Temporal, and the mutated files say what the mutations make them say. */
export function useSimulatedTemporal(mutated: readonly Mutation[]): void {
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== '@temporalio/workflow') return next(specifier, context);
      return { url: new URL('temporal/workflow.ts', import.meta.url).href, shortCircuit: true };
    },
    load(url, context, next) {
      const own = mutated.filter(({ file }) => url === root + file);
      if (own.length === 0) return next(url, context);
      const source = own.reduce(planted, readFileSync(fileURLToPath(url), 'utf8'));
      return { format: 'module-typescript', source, shortCircuit: true };
    },
  });
}

/** A file with a mutation in it. Throws where the file has nothing to mutate any more, or more than one place. */
export function planted(source: string, { name, file, from, to }: Mutation): string {
  if (source.split(from).length !== 2)
    throw new Error(`"${name}" finds its place in ${file} not once: ${from}`);
  return source.replace(from, () => to);
}
