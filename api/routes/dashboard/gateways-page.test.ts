import { heartbeat, type Heartbeat } from '../../../config-store/gateway-view/heartbeat.ts';
import { createToken } from '../../../config-store/tokens/create-token.ts';
import type { GatewaysView } from '../../schemas/dashboard/gateways-view.ts';
import { useApi } from '../../test-fixtures/api-under-test.ts';
import { createBank, startCanary } from '../../test-fixtures/bank.ts';

const api = useApi();

const beat = (gatewayId: string, what: Partial<Heartbeat>) =>
  heartbeat(api.db, {
    ...{ gatewayId, bootId: 'one', environment: 'production', acks: {}, refusals: {}, fingerprint: {} },
    ...what,
  });

it('shows what each replica serves beside what is set, and who decides alone', async () => {
  const [{ app }, { app: other }] = [await startCanary(api), await createBank(api.db)];
  await beat('well', { acks: { [app]: 2, [other]: 1 } });
  await beat('behind', { acks: { [app]: 1 }, refusals: { [other]: { version: 1, reason: 'Set the key.' } } });
  await beat('gone', { acks: { [app]: 1 }, ended: true });
  await api.db.query(
    `insert into split_client (environment, app, name, boot_id, version) values ('production', $1, 'shop', 'one', 2)`,
    [app],
  );
  const { body } = await api.get<GatewaysView>('/v1/gateways', { as: 'viewer' });
  const replicas = body.environments.find(({ environment }) => environment === 'production')?.replicas ?? [];
  const of = (id: string) => replicas.find((replica) => replica.id === id);
  expect(of('well')).toMatchObject({ kind: 'gateway', live: true, serving: 2, of: 2 });
  expect(of('behind')?.serving).toBe(0);
  expect(of('behind')?.apps).toEqual(
    expect.arrayContaining([
      { app, state: 'waiting', version: 1, wanted: 2, stable: 'a', candidate: 'b', weight: 5 },
      { app: other, state: 'refused', wanted: 1, stable: 'a', weight: 0, reason: 'Set the key.' },
    ]),
  );
  expect(of('gone')).toMatchObject({ live: false });
  expect(of('shop')).toMatchObject({ kind: 'client', live: true, serving: 1, of: 1 });
  // A token of some apps hears of these alone.
  const wanted = { name: 'one-app', role: 'viewer', apps: [other], actor: 'test' } as const;
  const { token } = await createToken(api.db, wanted);
  const own = (await api.get<GatewaysView>('/v1/gateways', { token })).body.environments;
  const shown = own.flatMap(({ replicas: all }) => all.flatMap(({ apps }) => apps));
  expect(new Set(shown.map((each) => each.app))).toEqual(new Set([other]));
});
