import { abandonIdempotent } from '../idempotency/abandon-idempotent.ts';
import { beginIdempotent } from '../idempotency/begin-idempotent.ts';
import { createToken } from '../tokens/create-token.ts';
import { ensureToken } from '../tokens/ensure-token.ts';
import { findToken } from '../tokens/find-token.ts';
import { finishIdempotent } from '../idempotency/finish-idempotent.ts';
import { newId } from './ids.ts';
import { migrate } from '../schema/migrate.ts';
import { revokeToken } from '../tokens/revoke-token.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';
import { withAdvisoryLock } from './with-advisory-lock.ts';

const store = useDatabase();

describe('idempotency keys (invariant 18)', () => {
  const request = (key: string, requestDigest = 'same') => ({ scope: 'token:ci', key, requestDigest });

  it('let one of many requests act, and give the others its answer', async () => {
    const begun = await Promise.all(Array.from({ length: 5 }, () => beginIdempotent(store.db, request('k'))));
    expect(begun.map(({ kind }) => kind).sort()).toEqual([
      'first',
      'in-progress',
      'in-progress',
      'in-progress',
      'in-progress',
    ]);
    await finishIdempotent(store.db, { ...request('k'), status: 201, response: ['any', { json: 1 }] });
    await finishIdempotent(store.db, { ...request('k'), status: 500, response: null });
    expect(await beginIdempotent(store.db, request('k'))).toEqual({
      kind: 'repeat',
      status: 201,
      response: ['any', { json: 1 }],
    });
    expect(await beginIdempotent(store.db, request('k', 'other'))).toEqual({ kind: 'conflict' });
    expect(await beginIdempotent(store.db, { ...request('k'), scope: 'token:other' })).toEqual({
      kind: 'first',
    });
  });

  it('are free again when given up, or when their process has gone', async () => {
    await beginIdempotent(store.db, request('given-up'));
    await abandonIdempotent(store.db, request('given-up'));
    expect(await beginIdempotent(store.db, request('given-up', 'other'))).toEqual({ kind: 'first' });
    await beginIdempotent(store.db, request('gone'));
    await store.db.query(
      `update idempotency_key set created_at = now() - interval '2 minutes' where key = 'gone'`,
    );
    expect(await beginIdempotent(store.db, request('gone', 'other'))).toEqual({ kind: 'conflict' });
    const again = await Promise.all([
      beginIdempotent(store.db, request('gone')),
      beginIdempotent(store.db, request('gone')),
    ]);
    expect(again.map(({ kind }) => kind).sort()).toEqual(['first', 'in-progress']);
  });
});

describe('tokens', () => {
  it('are shown once, found by what was shown, and useless once revoked', async () => {
    const { id, token } = await createToken(store.db, { name: 'ci', role: 'releaser', actor: 'user:ada' });
    expect(token).toMatch(/^slc_[A-Za-z0-9_-]{43}$/);
    expect(await findToken(store.db, token)).toEqual({
      ...{ id, name: 'ci', actor: 'token:ci', role: 'releaser', subject: 'ci', content: false },
    });
    expect(await findToken(store.db, `${token}x`)).toBeUndefined();
    const { rows } = await store.db.query<{ row: string }>('select api_token::text as row from api_token');
    expect(JSON.stringify(rows)).not.toContain(token.slice(4));
    await expect(
      createToken(store.db, { name: 'ci', role: 'admin', actor: 'user:ada' }),
    ).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await revokeToken(store.db, { name: 'ci', actor: 'user:ada' })).toEqual({ revoked: true });
    expect(await findToken(store.db, token)).toBeUndefined();
    expect(await revokeToken(store.db, { name: 'ci', actor: 'user:ada' })).toEqual({ revoked: false });
    await expect(revokeToken(store.db, { name: 'nobody', actor: 'user:ada' })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('that come from settings replace the one of their name', async () => {
    const ensure = (token: string) => ensureToken(store.db, { name: 'admin', role: 'admin', token });
    await ensure('slc_one');
    await ensure('slc_one');
    await ensure('slc_two');
    expect(await findToken(store.db, 'slc_one')).toBeUndefined();
    expect(await findToken(store.db, 'slc_two')).toMatchObject({ name: 'admin', role: 'admin' });
    const { rows } = await store.db.query(`select 1 from audit_entry where action = 'token.ensured'`);
    expect(rows).toHaveLength(2);
  });
});

it('a revoked token stays revoked, however often settings name it; another one may follow', async () => {
  const ensure = (token: string) => ensureToken(store.db, { name: 'root', role: 'admin', token });
  expect(await ensure('slc_leaked')).toBe('valid');
  await revokeToken(store.db, { name: 'root', actor: 'user:ada' });
  expect(await ensure('slc_leaked')).toBe('revoked');
  expect(await findToken(store.db, 'slc_leaked')).toBeUndefined();
  expect(await ensure('slc_next')).toBe('valid');
  expect(await findToken(store.db, 'slc_next')).toMatchObject({ name: 'root' });
});

describe('withAdvisoryLock', () => {
  it('lets one at a time work, and the next one after a failure', async () => {
    const holding = Promise.withResolvers<undefined>();
    const begun = Promise.withResolvers<undefined>();
    const first = withAdvisoryLock(store.db, 'reconciler', async () => {
      begun.resolve(undefined);
      await holding.promise;
    });
    await begun.promise;
    const idle = () => Promise.resolve();
    expect(await withAdvisoryLock(store.db, 'reconciler', idle)).toEqual({ ran: false });
    expect(await withAdvisoryLock(store.db, 'another', idle)).toEqual({ ran: true });
    holding.resolve(undefined);
    expect(await first).toEqual({ ran: true });
    await expect(
      withAdvisoryLock(store.db, 'reconciler', () => Promise.reject(new Error('broke'))),
    ).rejects.toThrow('broke');
    expect(await withAdvisoryLock(store.db, 'reconciler', idle)).toEqual({ ran: true });
  });
});

it('migrations may run again, and all at once', async () => {
  await Promise.all([migrate(store.url), migrate(store.url)]);
  await expect(migrate('postgres://u@127.0.0.1:1/db')).rejects.toMatchObject({ code: 'unreachable' });
});

it('ids sort by the time they were made', () => {
  const ids = [1, 2, 1_700_000_000_000, 1_800_000_000_000].map((ms) => newId('rel', ms));
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(Array.from({ length: 1_000 }, () => newId('rel', 1))).size).toBe(1_000);
});
