import { randomUUID } from 'node:crypto';
import { readCondemnation } from '../../config-store/splits/read-condemnation.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import { publishPolicy } from '../../config-store/policies/publish-policy.ts';
import { publish, raise } from '../../config-store/test-fixtures/release-fixture.ts';
import { makeStable } from '../../config-store/test-fixtures/unfounded-writes.ts';
import { policySchema, tryoutPolicy } from '../../domain/policy/policy.ts';
import { useApi } from '../test-fixtures/api-under-test.ts';
import { start, startCanary } from '../test-fixtures/bank.ts';
import { problemOf } from '../test-fixtures/problem-of.ts';
import { supersedeRelease } from './supersede.ts';

const api = useApi();
const environment = 'production';
const instead = { revision: 'c', more: { ifBusy: 'supersede', reason: 'wrong opening hours' } };

describe('a release in the place of an open one', () => {
  it('begins within seconds; the other ends as superseded, out of the traffic and condemned for nothing', async () => {
    const { app, a, b, id } = await startCanary(api);
    await publish(api.db, app, 'c');
    const startedMs = performance.now();
    const { status, body } = await start(api, app, instead);
    expect([status, body]).toMatchObject([201, { label: 'c', state: 'starting' }]);
    expect(performance.now() - startedMs).toBeLessThan(30_000);
    expect(await requireRelease(api.db, id)).toMatchObject({
      ...{ state: 'superseded', decidedBy: 'token:releaser' },
      reason: expect.stringContaining('superseded by c, which token:releaser released') as string,
    });
    const split = await readSplit(api.db, { app, environment });
    expect([split?.stable, split?.candidate]).toEqual([a, undefined]);
    expect(await readCondemnation(api.db, { app, environment, revision: b })).toBeUndefined();
  });

  it('is for whom the policy lets, and for nobody whose own release is refused', async () => {
    const { app, id } = await startCanary(api);
    await publish(api.db, app, 'c');
    const policy = policySchema.parse({ ...tryoutPolicy, supersede: { role: 'operator' } });
    await publishPolicy(api.db, { scope: app, policy, actor: 'user:ada' });
    const refused = await start(api, app, instead);
    expect([refused.status, problemOf(refused).code]).toEqual([403, 'policy_violated']);
    expect(problemOf(refused).detail).toContain('supersede.role');
    expect((await start(api, app, { ...instead, revision: 'missing', as: 'operator' })).status).toBe(404);
    expect((await requireRelease(api.db, id)).state).toBe('progressing');
    expect((await start(api, app, { ...instead, as: 'operator' })).status).toBe(201);
  });

  it('takes nothing out that has become stable in between', async () => {
    const { app, b, id, opened } = await startCanary(api);
    await raise(api.db, opened, { weight: 100, expectedVersion: opened.splitVersion + 1 });
    await makeStable(api.db, {
      ...{ releaseId: id, operationId: `${id}/finish`, expectedVersion: opened.splitVersion + 2 },
      ...{ actor: 'system:release', reason: 'passed' },
    });
    const told = Promise.resolve(true);
    await supersedeRelease(
      { db: api.db, workflows: { wake: () => told, terminate: () => told } },
      { releaseId: id, actor: 'user:ada', role: 'releaser', label: 'c', reason: randomUUID() },
    );
    expect(await readSplit(api.db, { app, environment })).toMatchObject({ stable: b });
    expect((await requireRelease(api.db, id)).state).toBe('promoted');
  });
});
