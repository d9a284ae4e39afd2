import { query, type Db } from './db.ts';
import { newId } from './ids.ts';
import { tokenHash } from './create-token.ts';
import { sequenceAfterCommit } from './sequence-audit.ts';
import type { Role } from './types.ts';

/** Makes a token that was chosen elsewhere valid under a name; the name's token before it is valid no more. */
export async function ensureToken(
  db: Db,
  { name, role, token }: { name: string; role: Role; token: string },
): Promise<void> {
  const changed = await query(
    db,
    `with changed as (
       insert into api_token (id, name, role, hash) values ($1, $2, $3, $4)
       on conflict (name) do update set role = excluded.role, hash = excluded.hash, revoked_at = null
         where (api_token.role, api_token.hash) is distinct from (excluded.role, excluded.hash)
           or api_token.revoked_at is not null
       returning id),
     audited as (
       insert into audit_entry (actor, action, details)
       select 'system:settings', 'token.ensured', jsonb_build_object('id', id, 'name', $2::text, 'role', $3::text)
       from changed)
     select id from changed`,
    [newId('tok'), name, role, tokenHash(token)],
  );
  if (changed.length > 0) await sequenceAfterCommit(db);
}
