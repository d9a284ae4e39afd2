import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { historyToKeep } from '../../support/history-to-keep.ts';

/** How many events of a kept history were there when a release was at a place. */
export type UnderWay = Record<string, { history: string; events: number }>;

export interface HistoryRecorder {
  /** Notes how far the newest run of a workflow is: its history is kept at its end. */
  note(workflowId: string, place: string, history: string): Promise<void>;
  /** Keeps the history of the newest run of a workflow that has ended. */
  keep(workflowId: string, name: string): Promise<void>;
  close(): Promise<void>;
}

/** Keeps workflow histories of a Temporal server as files `histories/<name>.json`, and places in `under-way.json`. */
export async function recordHistories(address: string, folder: string): Promise<HistoryRecorder> {
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const directory = join(folder, 'histories');
  mkdirSync(directory, { recursive: true });
  const underWay: UnderWay = {};
  return {
    async note(workflowId, place, history) {
      const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
      underWay[place] = { history, events: events?.length ?? 0 };
    },
    async keep(workflowId, name) {
      const history = await historyToKeep(client.workflow.getHandle(workflowId));
      writeFileSync(join(directory, `${name}.json`), history);
    },
    async close() {
      writeFileSync(join(folder, 'under-way.json'), `${JSON.stringify(underWay, null, 2)}\n`);
      await connection.close();
    },
  };
}
