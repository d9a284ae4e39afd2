import { appendAudit } from './append-audit.ts';
import { listAudit } from './list-audit.ts';
import { sequenceAudit } from '../chain/sequence-audit.ts';
import { readAuditHead } from './read-audit-head.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { verifyAudit } from './verify-audit.ts';

const store = useDatabase();

function append(i: number) {
  return inTransaction(store.db, (client) =>
    appendAudit(client, {
      actor: 'user:ada',
      action: 'test.done',
      app: 'audited',
      details: { i, text: 'é "x"' },
    }),
  );
}

/** What a writer leaves that ends between its commit and the chaining. */
function appendAndEnd(i: number) {
  return store.db.query(`select append_audit('user:ada', 'test.done', 'audited', null, null, $1)`, [{ i }]);
}

/** Entries of the migrations: of an empty database these are all. */
let before = 0;
beforeAll(async () => {
  before = await sequenceAudit(store.db);
});

/** What a person with all rights on the database could do. */
async function tamper(statement: string) {
  await store.db.query(`alter table audit_entry disable trigger audit_is_append_only`);
  await store.db.query(statement);
  await store.db.query(`alter table audit_entry enable trigger audit_is_append_only`);
}

it('an entry commits with what it records, or not at all (invariant 11)', async () => {
  await expect(
    inTransaction(store.db, async (client) => {
      await appendAudit(client, { actor: 'user:ada', action: 'lost', app: 'undone', details: {} });
      throw new Error('it did not happen');
    }),
  ).rejects.toThrow('it did not happen');
  expect((await listAudit(store.db, { app: 'undone' })).items).toEqual([]);
});

it('what is committed is chained, without a gap, whoever writes at the same time (invariant 12)', async () => {
  await Promise.all(Array.from({ length: 30 }, (_, i) => append(i)));
  const { items } = await listAudit(store.db, { app: 'audited' });
  expect(items.map(({ position }) => position).sort((a, b) => a! - b!)).toEqual(
    Array.from({ length: 30 }, (_, i) => i + 1 + before),
  );
  expect(await verifyAudit(store.db)).toMatchObject({ ok: true, verified: 30 + before, pending: 0 });
});

it('an entry that waits for its place is said to be pending', async () => {
  await appendAndEnd(31);
  expect(await verifyAudit(store.db)).toMatchObject({ ok: true, verified: 30 + before, pending: 1 });
  await sequenceAudit(store.db);
  expect(await verifyAudit(store.db)).toMatchObject({ ok: true, verified: 31 + before, pending: 0 });
});

it('no entry changes or goes away', async () => {
  for (const statement of [
    `update audit_entry set actor = 'user:eve' where position = 3`,
    `update audit_entry set position = null, hash = null where position = 3`,
    `delete from audit_entry where position = 3`,
    'truncate audit_entry',
    'truncate audit_entry cascade',
  ]) {
    await expect(store.db.query(statement)).rejects.toThrow('audit entries never change');
  }
  await appendAndEnd(32);
  await expect(
    store.db.query(`update audit_entry set details = '{}' where position is null`),
  ).rejects.toThrow('audit entries never change');
});

it('who writes takes along what another has left', async () => {
  await append(33);
  expect(await verifyAudit(store.db)).toMatchObject({ ok: true, verified: 33 + before, pending: 0 });
});

it('is read newest first, in pages that neither miss nor repeat', async () => {
  const first = await listAudit(store.db, { app: 'audited', limit: 20 });
  const second = await listAudit(store.db, { app: 'audited', limit: 20, cursor: first.nextCursor });
  expect(second.nextCursor).toBeUndefined();
  const seen = [...first.items, ...second.items].map(({ details }) => details['i']);
  expect(seen).toHaveLength(33);
  expect(new Set(seen).size).toBe(33);
  expect(first.items[0]?.details['i']).toBe(33);
});

it('tells the end of the chain, by which a chain that was cut off shows', async () => {
  const { items } = await listAudit(store.db, { limit: 1 });
  const { head, verified } = await verifyAudit(store.db);
  const noted = await readAuditHead(store.db);
  expect(noted).toMatchObject({ number: verified, hash: head });
  expect({ head, verified }).toEqual({ head: items[0]?.hash, verified: items[0]?.position });
  await tamper(`delete from audit_entry where position = ${verified}`);
  const cut = await verifyAudit(store.db);
  expect(cut).toMatchObject({ ok: true, verified: verified - 1 });
  expect(cut.head).not.toBe(head);
  const { findings } = await verifyAudit(store.db, { heads: [noted], expected: { hash: head } });
  expect(findings.map(({ kind }) => kind)).toEqual(['cut', 'cut']);
});

it.each([
  ['a changed entry', `update audit_entry set actor = 'user:eve' where position = 7`, 7, 7],
  ['a missing entry', `delete from audit_entry where position = 5`, 5, 6],
  [
    'a swapped hash',
    `update audit_entry set hash = decode(repeat('00', 32), 'hex') where position = 2`,
    2,
    2,
  ],
])('%s shows', async (_what, statement, brokenAt, position) => {
  await tamper(statement);
  expect(await verifyAudit(store.db)).toMatchObject({ ok: false, brokenAt, found: { position } });
});
