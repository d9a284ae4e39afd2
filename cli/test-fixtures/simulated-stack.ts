import { resolve } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { testTemporal, type TestTemporal } from '../../tests/support/temporal.ts';
import { waitFor } from '../../tests/support/wait-for.ts';
import { startProcess, type SupervisedProcess } from '../up/servers/child-process.ts';

export interface SimulatedStack {
  process: SupervisedProcess;
  /** The variables that the greeting asks for, as a shell would take them. */
  exported: Record<string, string>;
}

/**
 * Gives a test file `sluice up --simulate` as a person starts it in a folder, on the servers of this jest run; it
 * resolves when the stack has greeted, and is stopped after the test.
 */
export function useSimulatedStack(): (place: {
  cwd: string;
  home: string;
  /** What the operator sets beside. */
  env?: Record<string, string>;
}) => Promise<SimulatedStack> {
  let database: TestDatabase;
  let temporal: TestTemporal;
  let up: SupervisedProcess | undefined;
  beforeAll(async () => {
    database = await createTestDatabase();
    temporal = await testTemporal();
  });
  afterEach(async () => {
    await up?.stop();
  });
  afterAll(async () => {
    await temporal.close();
    await database.drop();
  });
  return async ({ cwd, home, env = {} }) => {
    const started = await startProcess({
      name: 'up',
      run: {
        kind: 'node-script',
        script: resolve(import.meta.dirname, '../main.ts'),
        args: ['up', '--simulate'],
      },
      logFile: resolve(cwd, 'up.log'),
      env: {
        ...env,
        SLUICE_HOME: home,
        DATABASE_URL: database.url,
        TEMPORAL_ADDRESS: temporal.address,
        SLUICE_TASK_QUEUE: temporal.taskQueue,
      },
      cwd,
      stopTimeoutMs: 30_000,
    });
    up = started;
    const greeted = (): boolean => started.output().includes('Ctrl-C stops everything');
    await waitFor(() => started.exit() !== undefined || greeted(), {
      timeoutMs: 120_000,
      what: 'the greeting',
    });
    if (!greeted()) throw new Error(`sluice up ended:\n${started.output()}`);
    return { process: started, exported: exportedBy(started.output()) };
  };
}

function exportedBy(output: string): Record<string, string> {
  return Object.fromEntries(
    [...output.matchAll(/^ +export (SLUICE_\w+)=(\S+)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}
