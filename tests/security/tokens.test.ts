import { createToken } from '../../config-store/tokens/create-token.ts';
import { useApi } from '../../api/test-fixtures/api-under-test.ts';
import { startCanary } from '../../api/test-fixtures/bank.ts';
import { openEvents } from '../../api/test-fixtures/event-stream.ts';
import type { ProblemBody } from '../../api/schemas/shared.ts';
import type { CreatedToken, RotatedToken, TokenPage } from '../../api/schemas/tokens.ts';
import { roles } from '../../domain/access/roles.ts';
import { waitFor } from '../support/wait-for.ts';

const api = useApi();

let names = 0;
const nameOf = () => `token-${(names += 1)}`;

async function tokenOf(wanted: Omit<Parameters<typeof createToken>[1], 'name' | 'actor'>, name = nameOf()) {
  return { name, ...(await createToken(api.db, { name, actor: 'test', ...wanted })) };
}

const make = (token: string, body: object) =>
  api.post<CreatedToken & ProblemBody>('/v1/tokens', {
    token,
    body: { name: nameOf(), role: 'viewer', ...body },
  });
const rotate = (token: string, name: string, body: object = {}) =>
  api.post<RotatedToken & ProblemBody>(`/v1/tokens/${name}/rotate`, { token, body });
const works = async (token: string) => (await api.get('/v1/apps', { token })).status === 200;
const soon = (ms: number) => new Date(Date.now() + ms).toISOString();

describe('nobody makes more than they are', () => {
  it.each(roles.filter((role) => role !== 'admin'))(
    'a %s makes, rotates, revokes and lists none',
    async (role) => {
      const { token } = await tokenOf({ role });
      const answers = [
        await make(token, { role: 'viewer' }),
        await rotate(token, 'admin'),
        await api.post('/v1/tokens/admin/revoke', { token }),
        await api.get('/v1/tokens', { token }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    },
  );

  it.each([
    ['of some apps', { apps: ['a'] }, [{}, { apps: ['b'] }, { apps: ['a', 'b'] }], { apps: ['a'] }],
    [
      'of some actions',
      { actions: ['tokens', 'read'] as const },
      [{}, { actions: ['policy'] }, { actions: ['read', 'rollback'] }],
      { actions: ['read'] },
    ],
    ['without content', {}, [{ content: true }], {}],
    ['that expires', { expiresAt: soon(3_600_000) }, [{}, { expiresIn: '2h' }], { expiresIn: '30m' }],
  ])('an admin %s', async (_what, held, more, less) => {
    const { token } = await tokenOf({ role: 'admin', ...held });
    for (const wanted of more) expect(await make(token, wanted)).toMatchObject({ status: 403 });
    expect(await make(token, less)).toMatchObject({ status: 201 });
  });

  it('nor takes a stronger one over by rotating it, nor ends it', async () => {
    const { token } = await tokenOf({ role: 'admin', apps: ['a'] });
    const strong = await tokenOf({ role: 'admin' });
    const reader = await tokenOf({ role: 'viewer', content: true });
    for (const { name, token: theirs } of [strong, reader]) {
      expect(await rotate(token, name)).toMatchObject({ status: 403 });
      expect(await api.post(`/v1/tokens/${name}/revoke`, { token })).toMatchObject({ status: 403 });
      expect(await works(theirs)).toBe(true);
    }
    const weak = await tokenOf({ role: 'viewer', apps: ['a'] });
    expect(await rotate(token, weak.name)).toMatchObject({ status: 201 });
  });
});

describe('the end of a token', () => {
  it('comes when it expires, and frees its name', async () => {
    const { name, token } = await tokenOf({ role: 'viewer', expiresAt: soon(-1_000) });
    expect(await works(token)).toBe(false);
    expect((await make(api.tokens.admin, { name })).status).toBe(201);
  });

  it('comes when it is revoked, which frees its name, and it is never valid again', async () => {
    const { name, token } = await tokenOf({ role: 'viewer' });
    expect((await make(api.tokens.admin, { name })).status).toBe(409);
    await api.post(`/v1/tokens/${name}/revoke`);
    const again = await make(api.tokens.admin, { name });
    expect([again.status, await works(token), await works(again.body.token)]).toEqual([201, false, true]);
  });

  it('comes at once with a rotation, or after the overlap; the rights stay', async () => {
    const { name, token } = await tokenOf({ role: 'operator', apps: ['a'], content: true });
    const first = (await rotate(api.tokens.admin, name, { overlap: '1h' })).body;
    expect([await works(token), await works(first.token)]).toEqual([true, true]);
    const second = (await rotate(api.tokens.admin, name)).body;
    expect([await works(token), await works(first.token), await works(second.token)]).toEqual([
      true,
      false,
      true,
    ]);
    await api.db.query(
      'update api_token set expires_at = now() where name = $1 and replaced_at is not null',
      [name],
    );
    expect(await works(token)).toBe(false);
    const { items } = (await api.get<TokenPage>('/v1/tokens')).body;
    const rights = items.filter((item) => item.name === name);
    expect(rights).toHaveLength(3);
    for (const each of rights) {
      expect(each).toMatchObject({ role: 'operator', apps: ['a'], content: true, subject: name });
    }
    await api.post(`/v1/tokens/${name}/revoke`);
    expect(await works(second.token)).toBe(false);
  });

  it('ends its open streams within seconds, and no others', async () => {
    const { id } = await startCanary(api);
    const [revoked, expired, valid] = await Promise.all(
      [{}, { expiresAt: soon(1_000) }, {}].map((more) => tokenOf({ role: 'viewer', ...more })),
    );
    const clients = await Promise.all(
      [revoked, expired, valid].map((each) =>
        openEvents(`${api.url}/v1/releases/${id}/events`, each?.token ?? ''),
      ),
    );
    await Promise.all(clients.map((client) => client.until('the first event', () => true)));
    const startedAt = performance.now();
    await api.post(`/v1/tokens/${revoked?.name ?? ''}/revoke`);
    expect(await Promise.all(clients.slice(0, 2).map((client) => client.ended()))).toEqual([true, true]);
    expect(performance.now() - startedAt).toBeLessThan(30_000);
    await api.post(`/v1/releases/${id}/pause`, { body: {} });
    await clients[2]?.until('the pause', ({ release }) => release.state === 'paused');
    clients[2]?.leave();
  });
});

it('knows when a token was used last, to the minute', async () => {
  const { name, token } = await tokenOf({ role: 'viewer' });
  const used = async () =>
    (
      await api.db.query<{ at: Date | null }>('select last_used_at as at from api_token where name = $1', [
        name,
      ])
    ).rows[0]?.at;
  expect(await used()).toBeNull();
  await works(token);
  const first = await waitFor(used, { what: 'the use to be noted' });
  await works(token);
  expect(await used()).toEqual(first);
  await api.db.query(`update api_token set last_used_at = now() - interval '2 minutes' where name = $1`, [
    name,
  ]);
  await works(token);
  await waitFor(async () => ((await used())?.getTime() ?? 0) >= first.getTime(), { what: 'the next use' });
});

it('makes who tries tokens wait, then refuses them, and keeps nobody with a valid one', async () => {
  const tries = await Promise.all(
    Array.from({ length: 60 }, (_, i) => api.get<ProblemBody>('/v1/apps', { token: `slc_wrong-${i}` })),
  );
  const statuses = tries.map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([401, 429]));
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(30);
  expect(await works(api.tokens.viewer)).toBe(true);
  const huge = await api.get<ProblemBody>('/v1/apps', { token: `slc_${'x'.repeat(10_000)}` });
  expect([401, 429]).toContain(huge.status);
});
