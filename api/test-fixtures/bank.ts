import { randomUUID } from 'node:crypto';
import { createApp, publish } from '../../config-store/test-fixtures/release-fixture.ts';
import { createStable } from '../../config-store/create-stable.ts';
import type { Db } from '../../config-store/db.ts';
import type { ReleaseDetail } from '../schemas/releases.ts';
import type { ApiUnderTest, Reply } from './api-under-test.ts';

export const content = (model: string) => ({ chain: [{ provider: 'openai', model }] });
export const plan = { evaluate: 'skip', mirror: 'skip', steps: [{ weight: 100, hold: '1s' }] } as const;

/** An app with the stable revision `a` in both environments, and a published candidate `b`. */
export async function createBank(db: Db): Promise<{ app: string; a: string; b: string }> {
  const { app, a } = await createApp(db);
  await createStable(db, {
    ...{ app, environments: ['staging'], revision: a, operationId: 'create' },
    ...{ actor: 'user:ada', reason: 'first' },
  });
  return { app, a, b: await publish(db, app, 'b') };
}

/** Asks for a release of a revision of an app. */
export function start(
  api: ApiUnderTest,
  app: string,
  { revision = 'b', key = randomUUID(), as = 'releaser' as const, more = {} } = {},
): Promise<Reply<ReleaseDetail>> {
  return api.post<ReleaseDetail>('/v1/releases', { as, key, body: { app, revision, plan, ...more } });
}
