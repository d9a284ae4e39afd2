import { randomUUID } from 'node:crypto';
import { shippedInForce } from '../../domain/policy/in-force.ts';
import { policySchema } from '../../domain/policy/policy.ts';
import { listAudit } from '../audit/list-audit.ts';
import { listPolicies } from './list-policies.ts';
import { publishPolicy } from './publish-policy.ts';
import { readPolicy } from './read-policy.ts';
import { resetPolicy } from './reset-policy.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';

const used = useDatabase();
const actor = 'token:admin';
const holding = (minHold: string) => policySchema.parse({ steps: { minHold } });
const newApp = () => `app-${randomUUID().slice(0, 8)}`;
const inForce = async (app?: string) => {
  const { scope, version, policy } = await readPolicy(used.db, app);
  return [scope, version, policy.steps.minHold];
};

it('begins with what Sluice ships, goes by the default, and an app’s own stands in its place', async () => {
  const app = newApp();
  expect(await readPolicy(used.db, app)).toEqual(shippedInForce());
  await publishPolicy(used.db, { scope: '*', policy: holding('10m'), actor });
  expect(await inForce(app)).toEqual(['*', 1, '10m']);
  await publishPolicy(used.db, { scope: app, policy: holding('1m'), actor });
  await publishPolicy(used.db, { scope: '*', policy: holding('20m'), actor });
  expect([await inForce(app), await inForce(), await inForce(newApp())]).toEqual([
    ...[
      [app, 1, '1m'],
      ['*', 2, '20m'],
      ['*', 2, '20m'],
    ],
  ]);
});

it('gives the policy in force no new version, and one that comes back a new one', async () => {
  const scope = newApp();
  const publish = (minHold: string) => publishPolicy(used.db, { scope, policy: holding(minHold), actor });
  expect(await publish('1m')).toEqual({ version: 1, created: true });
  expect(await publish('1m')).toEqual({ version: 1, created: false });
  expect(await publish('2m')).toEqual({ version: 2, created: true });
  expect(await publish('1m')).toEqual({ version: 3, created: true });
  const { items } = await listPolicies(used.db, { scope });
  expect(items.map(({ version }) => version)).toEqual([3, 2, 1]);
});

it('numbers what several admins publish at once without a gap', async () => {
  const scope = newApp();
  const holds = Array.from({ length: 8 }, (_, i) => `${i + 1}m`);
  const published = await Promise.all(
    holds.map((minHold) => publishPolicy(used.db, { scope, policy: holding(minHold), actor })),
  );
  expect(published.map(({ version }) => version).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

it('leaves an entry in the audit log with the digest, and why (invariant 11)', async () => {
  const app = newApp();
  await publishPolicy(used.db, { scope: app, policy: holding('3m'), actor, reason: 'as agreed' });
  const { digest } = await readPolicy(used.db, app);
  const { items } = await listAudit(used.db, { app });
  expect(items).toMatchObject([
    { actor, action: 'policy.published', details: { scope: app, version: 1, digest, reason: 'as agreed' } },
  ]);
});

it('never changes what was published', async () => {
  const scope = newApp();
  await publishPolicy(used.db, { scope, policy: holding('3m'), actor });
  await expect(used.db.query('update policy set body = $2 where scope = $1', [scope, '{}'])).rejects.toThrow(
    'never changes',
  );
  await expect(used.db.query('delete from policy where scope = $1', [scope])).rejects.toThrow(
    'never changes',
  );
});

it('goes back to the default, and from there to what Sluice ships, and loses nothing', async () => {
  const scope = newApp();
  const reset = (of: string) => resetPolicy(used.db, { scope: of, actor, reason: 'the trial is over' });
  expect(await reset(scope)).toEqual({ version: 0, reset: false });
  await publishPolicy(used.db, { scope: '*', policy: holding('20m'), actor });
  await publishPolicy(used.db, { scope, policy: holding('1m'), actor });
  expect(await reset(scope)).toEqual({ version: 2, reset: true });
  expect(await reset(scope)).toEqual({ version: 2, reset: false });
  expect(await inForce(scope)).toEqual(await inForce());
  expect((await reset('*')).reset).toBe(true);
  expect(await readPolicy(used.db, scope)).toEqual(shippedInForce());
  const { items } = await listPolicies(used.db, { scope });
  expect(items.map(({ version, policy }) => [version, policy !== undefined])).toEqual([
    [2, false],
    [1, true],
  ]);
  const audit = await listAudit(used.db, { app: scope });
  expect(audit.items[0]).toMatchObject({
    action: 'policy.reset',
    actor,
    details: { scope, version: 2, reason: 'the trial is over' },
  });
  // The very policy that was reset is published anew.
  expect(await publishPolicy(used.db, { scope, policy: holding('1m'), actor })).toEqual({
    version: 3,
    created: true,
  });
  expect(await inForce(scope)).toEqual([scope, 3, '1m']);
});
