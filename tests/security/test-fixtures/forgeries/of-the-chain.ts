import type { PoolClient } from 'pg';
import { sealAuditWith } from '../../../../config-store/chain/audit-keys.ts';
import { sequenceAudit } from '../../../../config-store/chain/sequence-audit.ts';
import { newKey, type AuditedWorld } from '../audited-world.ts';
import { rewriteChain } from '../rewrite-chain.ts';
import { sql, type Forgery } from './forgery.ts';

const newest = (where: string) => `(select max(position) from audit_entry where ${where})`;
const act = (action: string) => `position = ${newest(`action = '${action}'`)}`;

/** As the API would, were it told to chain now. */
async function chainOn(client: PoolClient, { keys }: AuditedWorld): Promise<void> {
  sealAuditWith(client, keys);
  await sequenceAudit(client);
}

/** Of single entries, and of the chain. */
export const chainForgeries: readonly Forgery[] = [
  sql('another name', `update audit_entry set actor = 'user:eve' where ${act('release.abort')}`),
  sql('another action', `update audit_entry set action = 'release.pause' where ${act('release.abort')}`),
  sql(
    'another reason',
    `update audit_entry set details = details || '{"reason": "good"}' where ${act('split.rollback')}`,
  ),
  sql('another app', `update audit_entry set app = 'other' where ${act('split.raise')}`),
  sql('another environment', `update audit_entry set environment = 'staging' where ${act('split.raise')}`),
  sql('another release', `update audit_entry set release_id = 'rel_x' where ${act('split.raise')}`),
  sql('another date', `update audit_entry set at = at - interval '1 day' where ${act('release.abort')}`),
  sql(
    'another id',
    `alter table audit_entry alter column id drop identity; update audit_entry set id = 1000000 where ${act('release.abort')}`,
    {},
  ),
  sql('another transaction', `update audit_entry set xact = '77' where ${act('release.abort')}`),
  sql('an entry taken out', `delete from audit_entry where ${act('release.abort')}`),
  sql(
    'an entry made to wait again',
    `update audit_entry set position = null, hash = null, mac = null, key_id = null where ${act('release.abort')}`,
  ),
  sql('the beginning cut off', `delete from audit_entry where position <= 3`),
  sql('the beginning cut off and numbered anew', `delete from audit_entry where position <= 3`, {
    async forge(client) {
      await client.query('delete from audit_entry where position <= 3');
      await rewriteChain(client, 'kept');
    },
  }),
  sql('the last entry cut off', `delete from audit_entry where position = ${newest('true')}`),
  sql('the end cut off', `delete from audit_entry where position > ${newest('true')} - 20`),
  {
    name: 'the end cut off, and chained on',
    async forge(client, world) {
      await client.query(`delete from audit_entry where position > ${newest('true')} - 20`);
      await client.query(`insert into audit_entry (actor, action, details) values ('user:ada', 'x.y', '{}')`);
      await chainOn(client, world);
    },
  },
  {
    name: 'the end cut off where entries had no key',
    forge: (client, { sealedFrom }) =>
      client.query('delete from audit_entry where position >= $1', [sealedFrom]),
  },
  sql('an empty log', 'delete from audit_entry'),
  sql('an empty log, without heads', 'delete from audit_entry', { withoutHeads: true }),
  sql(
    'two entries in each other’s place',
    `update audit_entry set position = -position where position in (5, 6);
    update audit_entry set position = case position when -5 then 6 else 5 end where position in (-5, -6)`,
  ),
  sql(
    'two entries in each other’s place, with their hashes',
    `
    create temp table pair on commit drop as select * from audit_entry where position in (40, 41);
    delete from audit_entry where position in (40, 41);
    insert into audit_entry overriding system value select id, at, actor, action, app, environment, release_id, details,
      81 - position, (select hash from pair other where other.position = 81 - pair.position),
      (select mac from pair other where other.position = 81 - pair.position), key_id, xact from pair`,
  ),
  sql(
    'a gap',
    `update audit_entry set position = position + 1000000 where position > 30;
    update audit_entry set position = position - 999999 where position > 1000000`,
  ),
  sql(
    'a place used twice',
    `alter table audit_entry drop constraint audit_entry_position_key;
    insert into audit_entry (actor, action, details, position, hash, mac, key_id)
      select 'user:eve', action, details, position, hash, mac, key_id from audit_entry where ${act('release.abort')}`,
  ),
  sql(
    'an entry before the first',
    `insert into audit_entry (actor, action, details, position, hash) values
    ('user:eve', 'x.y', '{}', 0, decode(repeat('00', 32), 'hex'))`,
  ),
  sql(
    'a hash of nothing',
    `update audit_entry set hash = decode(repeat('00', 32), 'hex') where position = 7`,
  ),
  sql(
    'a seal of nothing',
    `update audit_entry set mac = decode(repeat('00', 32), 'hex') where position = ${newest('true')}`,
  ),
  sql(
    'the last seal taken off',
    `update audit_entry set mac = null, key_id = null where position = ${newest('true')}`,
  ),
  sql('all seals taken off', 'update audit_entry set mac = null, key_id = null', { withoutHeads: true }),
  sql('seals under another key’s id', `update audit_entry set key_id = 'abcdefabcdef' where mac is not null`),
  ...(['kept', 'none'] as const).map((sealing) => ({
    name: `another name, and the chain made anew, seals: ${sealing}`,
    withoutHeads: true,
    async forge(client: PoolClient) {
      await client.query(`update audit_entry set actor = 'user:eve' where ${act('release.abort')}`);
      await rewriteChain(client, sealing);
    },
  })),
  {
    name: 'the chain made anew with a key of the forger’s',
    withoutHeads: true,
    async forge(client, { sealedFrom }) {
      await client.query(`update audit_entry set actor = 'user:eve' where ${act('release.abort')}`);
      await rewriteChain(client, newKey(), sealedFrom);
    },
  },
  {
    name: 'the chain made anew with a key that was replaced',
    withoutHeads: true,
    async forge(client, { former, sealedFrom }) {
      await client.query(`update audit_entry set actor = 'user:eve' where ${act('release.abort')}`);
      await rewriteChain(client, former, sealedFrom);
    },
  },
  {
    name: 'an entry slipped in, and the chain made anew',
    async forge(client) {
      await client.query(`update audit_entry set position = -position where position > 20`);
      await client.query(`update audit_entry set position = 1 - position where position < 0`);
      await client.query(`insert into audit_entry (actor, action, details, position, hash) values
        ('user:eve', 'x.y', '{}', 21, decode(repeat('00', 32), 'hex'))`);
      await rewriteChain(client, 'kept');
    },
  },
  {
    name: 'an entry that says something happened long ago, sealed by the API itself',
    async forge(client, world) {
      await client.query(`insert into audit_entry (at, actor, action, details)
        values (now() - interval '2 days', 'user:ada', 'gate.waived', '{}')`);
      await chainOn(client, world);
    },
  },
  ...[
    ['release.pause', '{"command": 999}'],
    ['split.rollback', '{"version": 3}'],
    ['token.created', '{"id": "tok_x", "name": "x", "role": "admin"}'],
    ['policy.published', '{"scope": "*", "version": 9}'],
    ['revision.condemned', '{"revision": "rev_x"}'],
  ].map(([action = '', details = '']) => ({
    name: `${action} of something that never was, in another’s name, sealed by the API itself`,
    withTriggers: true,
    async forge(client: PoolClient, world: AuditedWorld) {
      await client.query(
        'insert into audit_entry (actor, action, app, environment, details) values ($1, $2, $3, $4, $5)',
        [...['user:ada', action, world.app, 'production', details]],
      );
      await chainOn(client, world);
    },
  })),
];
