import { randomBytes } from 'node:crypto';
import { auditKeysSchema } from '../../domain/audit/keys.ts';
import { sealAuditWith } from '../chain/audit-keys.ts';
import { createPool } from '../connection/create-pool.ts';
import { createApp } from '../test-fixtures/release-fixture.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';
import { query, queryOne } from './db.ts';
import { inTransaction } from './transaction.ts';

const store = useDatabase();
let app = '';

beforeAll(async () => {
  ({ app } = await createApp(store.db));
});

async function waiting(): Promise<number> {
  const { count } = await queryOne<{ count: number }>(
    store.db,
    'select count(*) from audit_entry where position is null',
  );
  return count;
}

it.each([
  ['a function', `select append_audit('user:ada', 'test.done', $1, null, null, '{}')`],
  [
    'a statement with a part for the log',
    `with audited as (insert into audit_entry (actor, action, app)
     values ('user:ada', 'test.done', $1)) select 1`,
  ],
  ['a trigger', 'update app set max_samples = max_samples + 1 where name = $1'],
])(
  'what %s writes into the audit log is chained once it has committed (invariant 12)',
  async (_what, sql) => {
    const { before } = await queryOne<{ before: number }>(
      store.db,
      'select count(*) as before from audit_entry',
    );
    await query(store.db, sql, [app]);
    expect(await waiting()).toBe(0);
    await inTransaction(store.db, async (client) => {
      await query(client, sql, [app]);
      await query(client, 'select');
    });
    expect(await waiting()).toBe(0);
    const { after } = await queryOne<{ after: number }>(
      store.db,
      'select count(*) as after from audit_entry',
    );
    expect(after).toBe(before + 2);
  },
);

it('one is never left by two that commit at the same moment', async () => {
  const write = () =>
    query(store.db, `select append_audit('user:ada', 'test.done', $1, null, null, '{}')`, [app]);
  for (let i = 0; i < 20; i += 1) {
    await Promise.all(Array.from({ length: 8 }, write));
    expect(await waiting()).toBe(0);
  }
});

it('what is only read asks nothing of the log', async () => {
  await store.db.query(`select append_audit('user:ada', 'test.left', $1, null, null, '{}')`, [app]);
  await query(store.db, 'select from app');
  await inTransaction(store.db, (client) => query(client, 'select from app'));
  expect(await waiting()).toBe(1);
});

it('who may not chain, or has not the key of a sealed chain, leaves it to who may and has', async () => {
  const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const keyless = createPool(store.url, { applicationName: 'keyless' });
  try {
    sealAuditWith(store.db, auditKeysSchema.parse(randomBytes(32).toString('base64')));
    await query(store.db, `select append_audit('user:ada', 'test.sealed', $1, null, null, '{}')`, [app]);
    await query(keyless, `select append_audit('user:ada', 'test.done', $1, null, null, '{}')`, [app]);
    expect(await waiting()).toBe(1);
    await query(store.db, `select append_audit('user:ada', 'test.sealed', $1, null, null, '{}')`, [app]);
    expect(await waiting()).toBe(0);
    expect(warned).not.toHaveBeenCalled();
  } finally {
    warned.mockRestore();
    await keyless.end();
  }
});
