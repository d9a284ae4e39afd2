import { randomUUID } from 'node:crypto';
import type { AuditHead } from '../../domain/audit/head.ts';
import type { AuditEntry, AuditVerdict } from '../schemas/audit.ts';
import type { ProblemBody } from '../schemas/shared.ts';
import type { TokenPage } from '../schemas/tokens.ts';
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
    ...['user:ada revision.published', 'user:ada policy.published', 'user:ada app.created'],
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

it('the audit chain can be verified, and says which entry is the first that does not hold', async () => {
  await createBank(api.db);
  const verify = async () => (await api.get<AuditVerdict>('/v1/audit/verify', { as: 'viewer' })).body;
  const { items } = (await api.get<AuditPage>('/v1/audit?limit=1')).body;
  const { body: head } = await api.get<AuditHead>('/v1/audit/head', { as: 'viewer' });
  expect(head.number).toBeGreaterThanOrEqual(items[0]?.position ?? 0);
  const { number: verified, hash } = head;
  expect(await verify()).toEqual({ ok: true, verified, sealed: 0, pending: 0, head: hash, findings: [] });
  const against = (body: object) => api.post<AuditVerdict>('/v1/audit/verify', { as: 'viewer', body });
  expect((await against({ heads: [head], expected: { hash } })).body).toMatchObject({
    ...{ ok: true, confirmed: verified },
  });
  expect((await against({ expected: { number: 1, hash } })).body.findings).toMatchObject([{ kind: 'cut' }]);
  // What a person with all rights on the database could do, and take back.
  const tamper = (actor: string, where: string) =>
    api.db.query(
      `alter table audit_entry disable trigger audit_is_append_only;
       update audit_entry set actor = '${actor}' where ${where};
       alter table audit_entry enable trigger audit_is_append_only`,
    );
  const { rows } = await api.db.query<{ actor: string }>('select actor from audit_entry where position = 2');
  await tamper('user:eve', 'position = 2');
  expect(await verify()).toMatchObject({
    ...{ ok: false, verified: 1, brokenAt: 2, findings: [{ kind: 'changed', position: 2 }] },
    found: { position: 2, actor: 'user:eve', action: expect.any(String) as unknown },
  });
  await tamper(rows[0]?.actor ?? '', 'position = 2');
  expect(await verify()).toMatchObject({ ok: true });
});

it('the audit log is read in the order of its chain, to be exported', async () => {
  const { entries } = (
    await api.get<{ entries: AuditEntry[] }>('/v1/audit/entries?after=2&limit=3', { as: 'viewer' })
  ).body;
  expect(entries.map(({ position }) => position)).toEqual([3, 4, 5]);
  expect((await api.get<AuditPage>('/v1/audit?all=true&limit=50')).body.items.length).toBeGreaterThan(0);
});

describe('a token', () => {
  const make = (name: string, role: string, key?: string) =>
    api.post<{ token: string } & ProblemBody>('/v1/tokens', {
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

  it('is listed with its role and since when it is revoked, but never itself', async () => {
    const { body } = await make('listed', 'operator');
    await api.post('/v1/tokens/listed/revoke');
    const { items } = (await api.get<TokenPage>('/v1/tokens')).body;
    expect(items.find(({ name }) => name === 'listed')).toEqual({
      ...{ id: expect.any(String) as unknown, name: 'listed', role: 'operator' },
      ...{ subject: 'listed', content: false, madeBy: 'token:admin' },
      ...{ createdAt: expect.any(String) as unknown, revokedAt: expect.any(String) as unknown },
    });
    expect(items.find(({ name }) => name === 'viewer')).not.toHaveProperty('revokedAt');
    expect(JSON.stringify(items)).not.toContain(body.token);
    const { body: first } = await api.get<TokenPage>('/v1/tokens?limit=1');
    expect(first.items).toEqual(items.slice(0, 1));
    const rest = await api.get<TokenPage>(`/v1/tokens?cursor=${first.nextCursor ?? ''}`);
    expect(rest.body.items).toEqual(items.slice(1));
  });

  it('that nobody made cannot be revoked', async () => {
    const { status, body } = await api.post<ProblemBody>('/v1/tokens/nobody/revoke');
    expect([status, body.code]).toEqual([404, 'not_found']);
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
