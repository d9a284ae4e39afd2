import { keyDefaults, keyHash } from '../../domain/access/gateway-key.ts';
import { createKey } from './create-key.ts';
import { readKeys } from '../gateway-view/read-keys.ts';
import { useAssignments } from '../gateway-view/use-assignments.ts';
import { listAudit } from '../audit/list-audit.ts';
import { listKeys } from './list-keys.ts';
import { revokeKey } from './revoke-key.ts';
import { createApp } from '../test-fixtures/release-fixture.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';

const store = useDatabase();
const actor = 'user:ada';
const asked = { scopes: ['call' as const], ...keyDefaults, actor };

it('gives gateways the hashes of valid keys of their environment, and nothing where they know them', async () => {
  const { app } = await createApp(store.db);
  const { id, key } = await createKey(store.db, { ...asked, name: 'web', apps: [app] });
  await createKey(store.db, { ...asked, name: 'tests', apps: [app], environments: ['staging'] });
  const first = await readKeys(store.db, { environment: 'production', known: undefined });
  expect(first.keys).toEqual([
    { id, name: 'web', hash: keyHash(key), apps: [app], scopes: ['call'], ...keyDefaults },
  ]);
  expect(await readKeys(store.db, { environment: 'production', known: first.digest })).toEqual({
    digest: first.digest,
  });
  expect((await readKeys(store.db, { environment: 'staging', known: first.digest })).keys).toHaveLength(2);
  expect(await revokeKey(store.db, { name: 'web', actor })).toEqual({ revoked: true });
  expect((await readKeys(store.db, { environment: 'production', known: first.digest })).keys).toEqual([]);
});

it('keeps no key, says who made and revoked it, and frees the name of a revoked one', async () => {
  const { app } = await createApp(store.db);
  const { key } = await createKey(store.db, { ...asked, name: 'one', apps: [app] });
  await expect(createKey(store.db, { ...asked, name: 'one', apps: [app] })).rejects.toMatchObject({
    code: 'conflict',
  });
  await expect(createKey(store.db, { ...asked, name: 'two', apps: ['no-app'] })).rejects.toMatchObject({
    code: 'not_found',
  });
  await revokeKey(store.db, { name: 'one', actor });
  expect(await revokeKey(store.db, { name: 'one', actor })).toEqual({ revoked: false });
  await expect(revokeKey(store.db, { name: 'none', actor })).rejects.toMatchObject({ code: 'not_found' });
  await createKey(store.db, { ...asked, name: 'one', apps: [app] });
  const { items } = await listKeys(store.db, { app, limit: 1 });
  expect(items).toMatchObject([{ name: 'one', apps: [app] }]);
  const { rows } = await store.db.query<{ text: string }>(`select k::text as text from gateway_key k`);
  expect(JSON.stringify([rows, items])).not.toContain(key);
  const audit = (await listAudit(store.db, { limit: 50 })).items;
  const ofKeys = audit.filter(({ action }) => action.startsWith('key.'));
  expect(ofKeys.slice(0, 3).map(({ action }) => action)).toEqual([
    'key.created',
    'key.revoked',
    'key.created',
  ]);
  expect(JSON.stringify(ofKeys)).not.toContain(key);
});

it('gives each assignment away once, however many ask at a time', async () => {
  const ids = Array.from({ length: 20 }, (_, i) => `assignment-${i}`);
  const taken = await Promise.all(Array.from({ length: 8 }, () => useAssignments(store.db, ids)));
  expect(taken.flatMap((each) => [...each]).toSorted()).toEqual(ids.toSorted());
  expect(await useAssignments(store.db, [...ids, 'new', 'new'])).toEqual(new Set(['new']));
});
