import { randomUUID } from 'node:crypto';
import { query } from '../../../config-store/postgres/db.ts';
import { createToken } from '../../../config-store/tokens/create-token.ts';
import { revokeToken } from '../../../config-store/tokens/revoke-token.ts';
import { waitFor } from '../../../tests/support/wait-for.ts';
import { dashboardEventSchema, type DashboardEvent } from '../../schemas/dashboard/stream.ts';
import { useApi } from '../../test-fixtures/api-under-test.ts';
import { startCanary } from '../../test-fixtures/bank.ts';
import { followBoard } from '../../test-fixtures/board-stream.ts';

const api = useApi();

const follow = (more: { token?: string; lastEventId?: string } = {}) =>
  followBoard(api.url, { token: api.tokens.viewer, ...more });

const isRelease =
  (id: string, holds: (event: Extract<DashboardEvent, { kind: 'release' }>) => boolean = () => true) =>
  (event: DashboardEvent): boolean =>
    event.kind === 'release' && event.release.id === id && holds(event);

it('begins with all that is open, and tells each change with the next number', async () => {
  const { id } = await startCanary(api);
  const client = await follow();
  const first = await client.until('the snapshot', ({ kind }) => kind === 'snapshot');
  expect(first).toMatchObject({ staleAfterMs: 45_000, heartbeatMs: 15_000 });
  expect(first.kind === 'snapshot' && first.releases.map((row) => row.id)).toContain(id);
  await api.post(`/v1/releases/${id}/pause`, { body: {} });
  await client.until(
    'the pause',
    isRelease(id, ({ release }) => release.state === 'paused'),
  );
  await api.post(`/v1/releases/${id}/abort`, { body: {} });
  await client.until(
    'the rollback',
    isRelease(id, ({ release }) => release.weight.set === 0),
  );
  await api.db.query('select close_release($1, $2, $3)', [id, 'aborted', 'test']);
  await client.until(
    'the end',
    isRelease(id, ({ release }) => release.state === 'aborted'),
  );
  const numbers = client.events.filter(({ kind }) => kind !== 'heartbeat').map(({ sequence }) => sequence);
  expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] ?? 0) + i));
  expect(client.events.some((event) => event.kind === 'app')).toBe(true);
  expect(() => client.events.map((event) => dashboardEventSchema.parse(event))).not.toThrow();
  client.leave();
});

it('goes on from the event that a client heard last, and begins anew for one of another process', async () => {
  const { id } = await startCanary(api);
  const client = await follow();
  await client.until('the snapshot', ({ kind }) => kind === 'snapshot');
  await api.post(`/v1/releases/${id}/pause`, { body: {} });
  await client.until('the pause', isRelease(id));
  const lastEventId = client.lastId();
  client.leave();
  await api.post(`/v1/releases/${id}/resume`, { body: {} });
  const again = await follow({ lastEventId });
  await again.until(
    'the resumption',
    isRelease(id, ({ release }) => release.state === 'progressing'),
  );
  expect(again.events.map(({ kind }) => kind)).not.toContain('snapshot');
  again.leave();
  const elsewhere = await follow({ lastEventId: 'other-3' });
  await elsewhere.until('a snapshot', ({ kind }) => kind === 'snapshot');
  elsewhere.leave();
});

it('tells a token of some apps of these alone, and ends with the token', async () => {
  const [mine, other] = [await startCanary(api), await startCanary(api)];
  const name = `only-${randomUUID()}`;
  const { token } = await createToken(api.db, {
    ...{ name, role: 'viewer', apps: [mine.app], actor: 'test' },
  });
  const client = await follow({ token });
  await client.until('the snapshot', ({ kind }) => kind === 'snapshot');
  await api.post(`/v1/releases/${other.id}/pause`, { body: {} });
  await api.post(`/v1/releases/${mine.id}/pause`, { body: {} });
  await client.until('the pause', isRelease(mine.id));
  expect(JSON.stringify(client.events)).not.toContain(other.app);
  await revokeToken(api.db, { name, actor: 'test' });
  expect(await client.ended()).toBe(true);
});

it('listens on one connection for all streams, and shows after an outage what happened meanwhile', async () => {
  const { id } = await startCanary(api);
  const clients = await Promise.all(Array.from({ length: 20 }, () => follow()));
  await Promise.all(clients.map((client) => client.until('the snapshot', ({ kind }) => kind === 'snapshot')));
  const listening = async () =>
    (
      await query(
        api.db,
        `select pid from pg_stat_activity where datname = current_database() and application_name like 'sluice-listen-%'`,
      )
    ).length;
  await waitFor(async () => (await listening()) === 2, { what: 'one listener a channel' });
  await api.database.cut();
  await api.db.query(`update release set stage = 'canary-25' where id = $1`, [id]);
  await api.database.mend();
  await Promise.all(
    clients.map((client) =>
      client.until(
        'what happened',
        isRelease(id, ({ release }) => release.stage === 'canary-25'),
      ),
    ),
  );
  for (const client of clients) client.leave();
});
