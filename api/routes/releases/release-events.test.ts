import { query } from '../../../config-store/postgres/db.ts';
import { releaseDetailSchema } from '../../schemas/releases.ts';
import { waitFor } from '../../../tests/support/wait-for.ts';
import { useApi } from '../../test-fixtures/api-under-test.ts';
import { startCanary } from '../../test-fixtures/bank.ts';
import { openEvents } from '../../test-fixtures/event-stream.ts';

const api = useApi();

const watch = (id: string) => openEvents(`${api.url}/v1/releases/${id}/events`, api.tokens.viewer);

/** Connections of the API that listen for changes. */
async function listeners(): Promise<number> {
  const rows = await query(
    api.db,
    `select pid from pg_stat_activity where datname = current_database() and application_name like 'sluice-listen-%'`,
  );
  return rows.length;
}

const close = (id: string) => api.db.query('select close_release($1, $2, $3)', [id, 'aborted', 'test']);

it('tells the whole release at once and after every change, and ends with it', async () => {
  const { id } = await startCanary(api);
  const client = await watch(id);
  const first = await client.until('the first event', () => true);
  expect([first.event, first.release.state, first.release.weight]).toEqual(['release', 'progressing', 5]);
  await api.post(`/v1/releases/${id}/pause`, { body: {} });
  await client.until('the pause', ({ release }) => release.state === 'paused');
  await api.post(`/v1/releases/${id}/abort`, { body: {} });
  await client.until(
    'the rollback',
    ({ release }) => release.state === 'rolling_back' && release.weight === 0,
  );
  await close(id);
  const last = await client.until('the end', ({ event }) => event === 'end');
  expect(last.release.state).toBe('aborted');
  expect(await client.ended()).toBe(true);
  expect(client.events.filter(({ event }) => event === 'end')).toHaveLength(1);
  expect(() => client.events.map(({ release }) => releaseDetailSchema.parse(release))).not.toThrow();
});

it('tells of a release that has ended by one event', async () => {
  const { id } = await startCanary(api);
  await api.post(`/v1/releases/${id}/abort`, { body: {} });
  await close(id);
  const client = await watch(id);
  expect(await client.ended()).toBe(true);
  expect(client.events.map(({ event }) => event)).toEqual(['end']);
});

it('listens on one connection for all who watch, and tells each of its own release', async () => {
  const [one, two] = [await startCanary(api), await startCanary(api)];
  const clients = await Promise.all([one.id, one.id, two.id, two.id, two.id].map(watch));
  await waitFor(async () => (await listeners()) > 0, { what: 'the API to listen' });
  expect(await listeners()).toBe(1);
  await api.post(`/v1/releases/${two.id}/pause`, { body: {} });
  await Promise.all(
    clients.slice(2).map((client) => client.until('the pause', ({ release }) => release.state === 'paused')),
  );
  const others = clients.slice(0, 2).flatMap(({ events }) => events.map(({ release }) => release));
  expect(others.every((release) => release.id === one.id && release.state === 'progressing')).toBe(true);
  clients.forEach((client) => {
    client.leave();
  });
});

it('tells, after the database was away, what happened meanwhile', async () => {
  const { id } = await startCanary(api);
  const client = await watch(id);
  await client.until('the first event', () => true);
  await api.database.cut();
  await api.db.query(`update release set stage = 'canary-25' where id = $1`, [id]);
  await api.database.mend();
  await client.until('what happened', ({ release }) => release.stage === 'canary-25');
  client.leave();
});

it('ends its streams when the API stops, so that clients come back to another', async () => {
  const { id } = await startCanary(api);
  const client = await watch(id);
  await client.until('the first event', () => true);
  await api.endStreams();
  expect(await client.ended()).toBe(true);
  expect(client.events.at(-1)?.event).toBe('release');
  await waitFor(async () => (await listeners()) === 0, { what: 'the listening connection to end' });
});
