import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readConnections } from '../up/home.ts';

/** The file that an evaluation's bindings are in, and in words whose they are. */
export interface FoundBindings {
  /** Undefined for the vendors' own addresses, which stand in no file. */
  path: string | undefined;
  said: string;
}

/**
 * Where the bindings of an evaluation stand: in the working directory, else those that the stack of this home runs
 * on, else those of its home, else the vendors' own addresses. The words are for the person: nobody is to take
 * simulated models for real ones. Throws `invalid_file` for a damaged note of the stack.
 */
export function findBindings(workingDirectory: string, home: string): FoundBindings {
  const own = join(workingDirectory, 'sluice.environments.yaml');
  if (existsSync(own)) return { path: own, said: own };
  const running = readConnections(home)?.environmentsFile;
  if (running !== undefined && existsSync(running)) {
    return { path: running, said: `${running}, which the stack of ${home} runs on` };
  }
  const kept = join(home, 'sluice.environments.yaml');
  if (existsSync(kept)) return { path: kept, said: kept };
  return { path: undefined, said: "the vendors' own APIs, without a sluice.environments.yaml" };
}
