import { randomUUID } from 'node:crypto';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { workflowBundle as keptBundle } from '../../workers/bundle/workflow-bundle.ts';
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
 *
 * @param workflowsPath absolute path of the file that exports the workflows
 */
export function workflowBundle(workflowsPath?: string): Promise<{ code: string }> {
  return keptBundle(workflowsPath === undefined ? {} : { workflowsPath });
}
