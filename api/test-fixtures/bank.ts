import { randomUUID } from 'node:crypto';
import { openRelease, type Opened } from '../../config-store/releases/open-release.ts';
import { readRelease } from '../../config-store/releases/read-release.ts';
import { setProgress } from '../../config-store/releases/progress/set-progress.ts';
import { createApp, publish, raise } from '../../config-store/test-fixtures/release-fixture.ts';
import { releaseWorkflowId } from '../../domain/release/release.ts';
import { createStable } from '../../config-store/apps/create-stable.ts';
import type { Db } from '../../config-store/postgres/db.ts';
import type { Role } from '../../domain/access/roles.ts';
import type { ReleaseDetail } from '../schemas/releases.ts';
import type { ApiUnderTest, Reply } from './api-under-test.ts';

export const content = (model: string) => ({ chain: [{ provider: 'openai', model }] });
export const plan = { evaluate: 'skip', mirror: 'skip', steps: [{ weight: 100, hold: '1s' }] } as const;

/** An app that may be released in seconds, with the stable revision `a` in both environments, and a candidate `b`. */
export async function createBank(db: Db): Promise<{ app: string; a: string; b: string }> {
  const { app, a } = await createApp(db);
  await createStable(db, {
    ...{ app, environments: ['staging'], revision: a, operationId: 'create' },
    ...{ actor: 'user:ada', reason: 'first' },
  });
  return { app, a, b: await publish(db, app, 'b') };
}

interface StartOptions {
  revision?: string;
  key?: string;
  as?: Role;
  more?: object;
}

/** Asks for a release of a revision of an app. */
export function start(
  api: ApiUnderTest,
  app: string,
  { revision = 'b', key = randomUUID(), as = 'releaser', more = {} }: StartOptions = {},
): Promise<Reply<ReleaseDetail>> {
  return api.post<ReleaseDetail>('/v1/releases', { as, key, body: { app, revision, plan, ...more } });
}

/** A release with its candidate on 5 % of the traffic, and a workflow (that nobody works on) to tell of commands. */
export async function startCanary(
  api: ApiUnderTest,
): Promise<{ app: string; a: string; b: string; id: string; opened: Opened }> {
  const bank = await createBank(api.db);
  const { app } = bank;
  const { id } = (await start(api, app)).body;
  const runId = (await readRelease(api.db, id))?.firstRunId ?? '';
  const opened = await openRelease(api.db, { releaseId: id, app, runId, actor: 'test' });
  await setProgress(api.db, { releaseId: id, stage: 'canary-5', progress: {} });
  await raise(api.db, opened, { weight: 5, expectedVersion: opened.splitVersion });
  return { ...bank, id, opened };
}

/** What a person saw who promotes the canary of `startCanary`. */
export const seenCanary = { expectedStage: 'canary-5', expectedWeight: 5, expectedVersion: 2 };

/** How often the workflow of an app was told that there is a command. */
export async function wakesOf(api: ApiUnderTest, app: string): Promise<number> {
  const { events } = await api.temporal.workflow.getHandle(releaseWorkflowId(app)).fetchHistory();
  return (events ?? []).filter(
    (event) => event.workflowExecutionSignaledEventAttributes?.signalName === 'wake',
  ).length;
}
