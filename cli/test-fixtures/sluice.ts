import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommandLine, type Surroundings } from '../command-line.ts';

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the command in this process, away from any terminal unless `ask` stands for one, and keeps what it prints. */
export async function sluice(
  argv: readonly string[],
  {
    cwd,
    env = {},
    ask,
    askFor,
  }: Pick<Surroundings, 'ask' | 'askFor'> & { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<Ran> {
  const printed = { stdout: '', stderr: '' };
  const code = await runCommandLine(argv, {
    environment: env,
    workingDirectory: cwd,
    ask,
    askFor,
    stdout: { write: (text: string) => (printed.stdout += text) },
    stderr: { write: (text: string) => (printed.stderr += text) },
  });
  return { code, ...printed };
}

/** Gives a test file a fresh folder for every test; call it at the top of the file. */
export function useFolder(): { readonly path: string; write(file: string, text: string): void } {
  let path = '';
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'sluice-cli-test-'));
  });
  afterEach(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return {
    get path() {
      return path;
    },
    write(file, text) {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      writeFileSync(join(path, file), text);
    },
  };
}

/** The least `sluice.yaml` that can be released. */
export const leastSpec = `app: my-app
revision:
  label: my-app-v1
  chain:
    - { provider: openai, model: gpt-5-mini }
`;
