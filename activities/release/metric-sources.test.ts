import { createApp, environment, publish } from '../../config-store/test-fixtures/release-fixture.ts';
import { useDatabase } from '../../config-store/test-fixtures/use-database.ts';
import { createRelease } from '../../config-store/releases/create-release.ts';
import { planSchema } from '../../domain/release/plan.ts';
import { createReleaseActivities } from './release.ts';

const store = useDatabase();

const arm = (name: string) => ({ bad: `${name}_bad`, exposed: `${name}_all` });
const plan = planSchema.parse({
  ...{ evaluate: 'skip', mirror: 'skip' },
  guardrails: [
    { name: 'orders', kind: 'prometheus', source: 'mimir', candidate: arm('c'), stable: arm('s') },
  ],
});

async function open(known: readonly string[]) {
  const { app } = await createApp(store.db);
  const revision = await publish(store.db, app, 'b');
  const { id: releaseId } = await createRelease(store.db, {
    ...{ app, environment, revision, planName: 'default', plan, suites: [], provenance: {} },
    actor: 'user:ada',
  });
  const source = { url: 'http://127.0.0.1:9', timeoutMs: 1 };
  const activities = createReleaseActivities({
    db: store.db,
    temporal: { identity: () => Promise.resolve({ cluster: 'c', namespace: 'n' }) } as never,
    ...{ hasSearchAttributes: () => false, startFromTemporal: 'off' },
    sources: () => new Map(known.map((name) => [name, source])),
  });
  return activities.openRelease({ releaseId, app, firstRunId: 'run', workflowId: `release/${app}` });
}

it('opens no release whose plan asks a metric store that its environment has not', async () => {
  await expect(open(['prometheus', 'thanos'])).rejects.toThrow(
    /no metric store "mimir" \(asked by orders\) under `metrics` of production .*: there are prometheus, thanos\./,
  );
  expect(await open(['mimir'])).toMatchObject({ planName: 'default' });
});
