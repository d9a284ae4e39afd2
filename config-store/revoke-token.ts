import { query, type Db } from './db.ts';
import { sequenceAfterCommit } from './sequence-audit.ts';

/** Makes a token invalid for ever; says whether it was valid. */
export async function revokeToken(
  db: Db,
  { name, actor }: { name: string; actor: string },
): Promise<{ revoked: boolean }> {
  const revoked = await query(
    db,
    `with revoked as (
       update api_token set revoked_at = now() where name = $1 and revoked_at is null returning id, name),
     audited as (
       insert into audit_entry (actor, action, details)
       select $2, 'token.revoked', jsonb_build_object('id', id, 'name', name) from revoked)
     select id from revoked`,
    [name, actor],
  );
  if (revoked.length > 0) await sequenceAfterCommit(db);
  return { revoked: revoked.length > 0 };
}
