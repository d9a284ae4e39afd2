import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listEvidence } from '../../../config-store/looks/list-evidence.ts';
import { planSchema } from '../../../domain/release/plan.ts';
import { playGateway } from '../../../workers/test-fixtures/played-gateway.ts';
import {
  commitRelease,
  publishVersions,
  startRelease,
  type ReleaseStack,
} from '../../../workers/test-fixtures/release-stack.ts';
import { abortSignal } from '../../../workflows/messages.ts';
import { historyToKeep } from '../../support/history-to-keep.ts';
import { waitFor } from '../../support/wait-for.ts';

const plan = planSchema.parse({
  ...{ evaluate: 'skip', mirror: 'skip', settle: '100ms', maxBlind: '10s', lease: '5s' },
  steps: [
    { weight: 25, hold: '2s', minExposures: 20 },
    { weight: 100, hold: '500ms', minExposures: 20 },
  ],
});
const tables = [
  ...['app', 'policy', 'revision', 'release', 'release_progress', 'split', 'split_history', 'command'],
  ...['stage_result', 'evidence', 'lease', 'gateway_instance', 'arm_counter', 'charged_subject'],
  ...['seen_subject', 'eval_run', 'eval_result'],
];

/** Plays a release as far as 25 %, and keeps what it has left by then: its rows, and its workflow's history. */
export async function recordAt25(stack: ReleaseStack, folder: string): Promise<void> {
  const { db } = stack;
  mkdirSync(join(folder, 'histories'), { recursive: true });
  const { app, v2 } = await publishVersions(db, plan, 'upgraded');
  await stack.withWorker(async (taskQueue) => {
    const gateway = playGateway(db, app);
    const row = await commitRelease(db, app, v2, plan);
    const handle = await startRelease(stack, taskQueue, row);
    await waitFor(async () => (await listEvidence(db, { releaseId: row.id })).length >= 2, {
      what: 'two looks at 25 %',
    });
    for (const table of tables) {
      const { rows } = await db.query<{ line: string }>(
        `select to_jsonb(row)::text as line from ${table} as row`,
      );
      const lines = rows.map(({ line }) => line).join(',\n');
      writeFileSync(join(folder, `${table}.json`), lines === '' ? '[]\n' : `[\n${lines}\n]\n`);
    }
    writeFileSync(join(folder, 'histories/at-25.json'), await historyToKeep(handle));
    await handle.signal(abortSignal);
    await handle.result().catch(() => undefined);
    await gateway.end();
  });
}
