import { randomUUID } from 'node:crypto';
import type { AuditEntry } from '../schemas/releases.ts';
import type { Problem } from '../schemas/shared.ts';
import { useApi } from '../test-fixtures/api-under-test.ts';
import { createBank, start } from '../test-fixtures/bank.ts';

const api = useApi();

interface AuditPage {
  items: AuditEntry[];
  nextCursor?: string;
}

it('the audit log says who did what, of an app or of a release, newest first and chained', async () => {
  const { app } = await createBank(api.db);
  const { id } = (await start(api, app)).body;
  await api.post(`/v1/releases/${id}/abort`, { as: 'releaser', body: { reason: 'typo' } });
  const { items } = (await api.get<AuditPage>(`/v1/audit?app=${app}`, { as: 'viewer' })).body;
  expect(items.map(({ actor, action }) => `${actor} ${action}`)).toEqual([
    'token:releaser split.rollback',
    'token:releaser release.abort',
    'token:releaser release.created',
    ...['user:ada revision.published', 'user:ada split.create', 'user:ada split.create'],
    ...['user:ada revision.published', 'user:ada app.created'],
  ]);
  const positions = items.map(({ position }) => position ?? 0);
  expect(positions).toEqual([...positions].sort((a, b) => b - a));
  expect(items.every(({ hash }) => /^[0-9a-f]{64}$/.test(hash ?? ''))).toBe(true);
  const ofRelease = (await api.get<AuditPage>(`/v1/audit?releaseId=${id}&limit=1`)).body;
  expect(ofRelease.items).toEqual(items.slice(0, 1));
  const next = (
    await api.get<AuditPage>(`/v1/audit?releaseId=${id}&limit=1&cursor=${ofRelease.nextCursor ?? ''}`)
  ).body;
  expect(next.items).toEqual(items.slice(1, 2));
});

describe('a token', () => {
  const make = (name: string, role: string, key?: string) =>
    api.post<{ token: string } & Problem>('/v1/tokens', {
      body: { name, role },
      ...(key === undefined ? {} : { key }),
    });

  it('is made with a role, works, and works no more once it is revoked', async () => {
    const { status, body } = await make('ci', 'viewer');
    expect(status).toBe(201);
    expect((await api.get('/v1/apps', { token: body.token })).status).toBe(200);
    expect((await api.post('/v1/apps', { token: body.token, body: { name: 'a' } })).status).toBe(403);
    expect((await api.post('/v1/tokens/ci/revoke')).body).toEqual({ name: 'ci', revoked: true });
    expect((await api.post('/v1/tokens/ci/revoke')).body).toEqual({ name: 'ci', revoked: false });
    expect((await api.get('/v1/apps', { token: body.token })).status).toBe(401);
  });

  it('is kept nowhere, not even for a repeat of the request', async () => {
    const key = randomUUID();
    const { body } = await make('secret', 'releaser', key);
    expect([(await make('secret', 'releaser', key)).status, (await make('x', 'king')).status]).toEqual([
      409, 400,
    ]);
    const { rows } = await api.db.query<{ found: boolean }>(
      `select exists (select from idempotency_key where response::text like $1)
         or exists (select from audit_entry where details::text like $1) as found`,
      [`%${body.token}%`],
    );
    expect(rows).toEqual([{ found: false }]);
  });
});
