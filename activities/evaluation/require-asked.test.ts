import { randomBytes, randomUUID } from 'node:crypto';
import { createApp, environment } from '../../config-store/test-fixtures/release-fixture.ts';
import { useDatabase } from '../../config-store/test-fixtures/use-database.ts';
import { insertSamples } from '../../config-store/gateway-view/insert-samples.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { mirrorItems, mirrorPlanSchema } from '../../evals/mirror/mirror-work.ts';
import { createDataKeys } from '../../program/data-keys.ts';
import { seal } from '../../program/sealing.ts';
import { requireAsked } from './require-asked.ts';

const store = useDatabase();
const [dataKeys, others] = [createDataKeys([randomBytes(32)]), createDataKeys([randomBytes(32)])];
const text = JSON.stringify({
  ...{ version: 2, protocol: 'openai-chat', variables: {} },
  body: { messages: [{ role: 'user', content: 'When does the card come?' }] },
});

it('waits for every sample that can be read, and for none that its shards passed over as unreadable', async () => {
  const { app, a } = await createApp(store.db);
  const kept = async (keys: typeof dataKeys) => {
    const id = randomUUID();
    const body = seal(keys, { kind: 'sample', id, app, environment }, Buffer.from(text));
    const about = { revision: a, arm: 'stable', metadata: {}, altered: false, ttlMs: 60_000 };
    await insertSamples(store.db, [{ id, app, environment, body, ...about }]);
    return id;
  };
  const ids = [await kept(dataKeys), await kept(others), await kept(dataKeys)];
  const plan = mirrorPlanSchema.parse({
    ...{ version: 2, candidate: 'rev_c', stable: a, samples: ids.map((id) => ({ id })), toldApart: true },
    ...{ since: new Date(0).toISOString(), documents: 'frozen', margin: 0.1, minPairs: 1 },
  });
  const asked = (...of: (string | undefined)[]) =>
    mirrorItems(plan)
      .filter(({ caseId }) => of.includes(caseId))
      .map((item) => ({ ...item, verdict: 'passed' as const, latencyMs: 1 }));
  const release = { app, environment } as ReleaseRow;
  const stores = { db: store.db, dataKeys };
  await requireAsked(stores, { release, plan, results: asked(ids[0], ids[2]) as never });
  await expect(requireAsked(stores, { release, plan, results: asked(ids[0]) as never })).rejects.toThrow(
    '1 samples of the mirror have not been asked of both arms.',
  );
});
