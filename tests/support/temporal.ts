import { createHash, randomUUID } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode } from '@temporalio/worker';
import { requiredVariable } from './required-variable.ts';

export interface TestTemporal {
  /** `client`, `connection` and `nativeConnection` to the run's Temporal server. */
  readonly environment: TestWorkflowEnvironment;
  readonly address: string;
  readonly namespace: string;
  /** Nobody else polls it. */
  readonly taskQueue: string;
  /** Closes the connections (the server stays); call it in `afterAll`. */
  close(): Promise<void>;
}

const ROOT = join(import.meta.dirname, '../..');
const CACHE = join(ROOT, 'node_modules/.cache/sluice-workflow-bundles');

/** Connections to the Temporal server of this jest run, and a task queue of one's own. */
export async function testTemporal(): Promise<TestTemporal> {
  const address = requiredVariable('SLUICE_TEST_TEMPORAL_ADDRESS');
  const environment = await TestWorkflowEnvironment.createFromExistingServer({ address });
  return {
    environment,
    address,
    namespace: environment.namespace ?? 'default',
    taskQueue: `test-${randomUUID()}`,
    close: () => environment.teardown(),
  };
}

/**
 * The bundle of a workflow file (default: Sluice's own, `workflows/index.ts`) for `Worker.create({ workflowBundle })`.
 * Bundling takes a second, so it is kept on disk under a hash of what can change it.
 *
 * @param workflowsPath absolute path of the file that exports the workflows
 * @param sourceFolders absolute folders whose TypeScript files take part in the hash
 */
export async function workflowBundle(
  workflowsPath = join(ROOT, 'workflows/index.ts'),
  sourceFolders = ['workflows', 'domain'].map((folder) => join(ROOT, folder)),
): Promise<{ code: string }> {
  const file = join(CACHE, `${bundleKey(workflowsPath, sourceFolders)}.js`);
  if (existsSync(file)) return { code: readFileSync(file, 'utf8') };
  const { code } = await bundleWorkflowCode({ workflowsPath });
  mkdirSync(CACHE, { recursive: true });
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, code);
  renameSync(partial, file);
  return { code };
}

function bundleKey(workflowsPath: string, sourceFolders: readonly string[]): string {
  const hash = createHash('sha256').update(sdkVersion()).update('\0').update(workflowsPath);
  const sources = sourceFolders.flatMap((folder) => globSync(join(folder, '**/*.ts')));
  for (const source of [workflowsPath, ...sources.sort()]) {
    hash.update('\0').update(source).update('\0').update(readFileSync(source));
  }
  return hash.digest('hex');
}

function sdkVersion(): string {
  const manifest = createRequire(import.meta.url).resolve('@temporalio/worker/package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return `${version} ${dirname(manifest)}`;
}
