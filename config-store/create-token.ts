import { createHash, randomBytes } from 'node:crypto';
import { SluiceError } from '../domain/errors.ts';
import { query, type Db } from './db.ts';
import { newId } from './ids.ts';
import { sequenceAfterCommit } from './sequence-audit.ts';
import type { Role } from '../domain/roles.ts';

/** SHA-256 of a token: all that is kept of it. Tokens have 256 random bits, so nothing slower is needed. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}

/** Makes a token, shown this once. Throws `conflict` where the name is taken. */
export async function createToken(
  db: Db,
  { name, role, actor }: { name: string; role: Role; actor: string },
): Promise<{ id: string; token: string }> {
  const token = `slc_${randomBytes(32).toString('base64url')}`;
  const id = newId('tok');
  const created = await query(
    db,
    `with created as (
       insert into api_token (id, name, role, hash) values ($1, $2, $3, $4) on conflict (name) do nothing returning id),
     audited as (
       insert into audit_entry (actor, action, details)
       select $5, 'token.created', jsonb_build_object('id', id, 'name', $2::text, 'role', $3::text) from created)
     select id from created`,
    [id, name, role, tokenHash(token), actor],
  );
  if (created.length === 0) {
    throw new SluiceError('conflict', `There is a token named "${name}".`, {
      remedy: 'Choose another name.',
    });
  }
  await sequenceAfterCommit(db);
  return { id, token };
}
