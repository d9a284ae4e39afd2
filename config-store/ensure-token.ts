import { query, type Db } from './db.ts';
import { newId } from './ids.ts';
import { tokenHash } from './create-token.ts';
import { sequenceAfterCommit } from './sequence-audit.ts';
import type { Role } from '../domain/roles.ts';

/**
 * Makes a token that was chosen elsewhere valid under a name; the name's token before it is valid no more. A token
 * that was revoked stays so, however often it is named: only another one may follow it.
 */
export async function ensureToken(
  db: Db,
  { name, role, token }: { name: string; role: Role; token: string },
): Promise<'valid' | 'revoked'> {
  const changed = await query(
    db,
    `with changed as (
       insert into api_token (id, name, role, hash) values ($1, $2, $3, $4)
       on conflict (name) do update set role = excluded.role, hash = excluded.hash, revoked_at = null
         where api_token.hash is distinct from excluded.hash
           or (api_token.role is distinct from excluded.role and api_token.revoked_at is null)
       returning id),
     audited as (
       insert into audit_entry (actor, action, details)
       select 'system:settings', 'token.ensured', jsonb_build_object('id', id, 'name', $2::text, 'role', $3::text)
       from changed)
     select id from changed`,
    [newId('tok'), name, role, tokenHash(token)],
  );
  if (changed.length > 0) await sequenceAfterCommit(db);
  const revoked = await query(db, 'select from api_token where name = $1 and revoked_at is not null', [name]);
  return revoked.length === 0 ? 'valid' : 'revoked';
}
