import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

/** Says something of the machine that a history was recorded on, and nothing to a replay. */
const local = new Set(['identity', 'stackTrace', 'binaryChecksum']);

/** A run's history as a file is to keep it: without what names the machine. */
export async function historyToKeep(handle: Pick<WorkflowHandle, 'fetchHistory'>): Promise<string> {
  const json = historyToJSON(await handle.fetchHistory());
  const kept: unknown = JSON.parse(json, (key, value: unknown) => (local.has(key) ? undefined : value));
  return `${JSON.stringify(kept)}\n`;
}
