import { randomUUID } from 'node:crypto';
import { createToken } from '../../../config-store/tokens/create-token.ts';
import { useApi } from '../../test-fixtures/api-under-test.ts';
import { startCanary } from '../../test-fixtures/bank.ts';
import type { WhoAsks } from '../../schemas/dashboard/me.ts';
import type { ReleaseBoard } from '../../schemas/dashboard/releases.ts';

const api = useApi();

const board = async (query = '', as: 'viewer' | 'releaser' | 'operator' | 'admin' = 'viewer') =>
  (await api.get<ReleaseBoard>(`/v1/board${query}`, { as })).body;

it('says who asks', async () => {
  const { body } = await api.get<WhoAsks>('/v1/me', { as: 'releaser' });
  expect(body).toMatchObject({ name: 'releaser', actor: 'token:releaser', role: 'releaser', content: false });
});

it('lists open releases with a sentence, what they serve and how old that is, and closed ones after them', async () => {
  const [open, closed] = [await startCanary(api), await startCanary(api)];
  await api.post(`/v1/releases/${closed.id}/abort`, { body: { reason: 'no use' } });
  await api.db.query('select close_release($1, $2, $3)', [closed.id, 'aborted', 'test']);
  const { items } = await board();
  const of = (id: string) => items.find((row) => row.id === id);
  expect(of(open.id)).toMatchObject({
    ...{ app: open.app, label: 'b', stableLabel: 'a', state: 'progressing', stage: 'canary-5' },
    weight: { set: 5 },
  });
  expect(of(open.id)?.sentence).toContain('b has 5 % of production');
  expect(of(open.id)?.liveAgeMs).toBeLessThan(45_000);
  // Its candidate had a share of the traffic: whatever it is called inside, it was rolled back, by somebody.
  expect(of(closed.id)).toMatchObject({ state: 'aborted', word: 'rolled back by admin', tone: 'over' });
  expect(items.findIndex(({ id }) => id === closed.id)).toBeGreaterThan(
    items.findIndex(({ id }) => id === open.id),
  );
});

it('begins with what needs whoever asks', async () => {
  const { id } = await startCanary(api);
  await startCanary(api);
  await api.post(`/v1/releases/${id}/pause`, { body: { reason: 'let me look' } });
  // Nobody has looked at its workflow: that is what is worst of the others, and for who runs Sluice.
  const { items, needYou } = await board('?state=paused', 'releaser');
  expect(items.map((row) => [row.id, row.tone])).toEqual([[id, 'attention']]);
  expect(items[0]?.sentence).toContain('let me look');
  expect(needYou).toBeGreaterThanOrEqual(items.filter(({ needsYou }) => needsYou).length);
  const mine = await board('?needs=me', 'operator');
  expect(mine.items.every(({ needsYou }) => needsYou)).toBe(true);
  const viewers = await board('?needs=me', 'viewer');
  expect(viewers.items).toEqual([]);
});

it('filters by app, environment and state, pages by 50, and keeps to the apps of the token', async () => {
  const [one, other] = [await startCanary(api), await startCanary(api)];
  const ofOne = await board(`?app=${one.app}`);
  expect([ofOne.items.map(({ id }) => id), ofOne.total, ofOne.pages]).toEqual([[one.id], 1, 1]);
  expect((await board('?environment=staging')).items).toEqual([]);
  expect((await board(`?app=${one.app}&state=closed`)).items).toEqual([]);
  expect((await board(`?app=${one.app}&page=2`)).items).toEqual([]);
  const { token } = await createToken(api.db, {
    ...{ name: `only-${randomUUID()}`, role: 'viewer', apps: [other.app], actor: 'test' },
  });
  const { body } = await api.get<ReleaseBoard>('/v1/board', { token });
  expect(new Set(body.items.map(({ app }) => app))).toEqual(new Set([other.app]));
});
