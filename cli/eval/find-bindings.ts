import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readConnections } from '../up/home/home.ts';

/** The file that an evaluation's bindings are in, and in words whose they are. */
export interface FoundBindings {
  /** Undefined for the vendors' own addresses, which stand in no file. */
  readonly path: string | undefined;
  readonly said: string;
}

/**
 * Where the bindings of an evaluation stand: in the working directory, unless the stack of this home simulates these
 * very ones; else those that the stack runs on, else those of its home, else the vendors' own addresses. The words are for the person: nobody is to take
 * simulated models for real ones. Throws `invalid_file` for a damaged note of the stack.
 */
export function findBindings(workingDirectory: string, home: string): FoundBindings {
  const own = join(workingDirectory, 'sluice.environments.yaml');
  const { environmentsFile: running, simulates } = readConnections(home) ?? {};
  if (existsSync(own) && own !== simulates) return { path: own, said: own };
  if (running !== undefined && existsSync(running)) {
    return { path: running, said: `${running}, which the stack of ${home} runs on` };
  }
  if (existsSync(own)) return { path: own, said: own };
  const kept = join(home, 'sluice.environments.yaml');
  if (existsSync(kept)) return { path: kept, said: kept };
  return { path: undefined, said: "the vendors' own APIs, without a sluice.environments.yaml" };
}
