import { SluiceError } from '../domain/errors.ts';
import { query, type Db } from './db.ts';
import { sequenceAfterCommit } from './sequence-audit.ts';

/** Makes a token invalid for ever; says whether it was valid. Throws `not_found` for a name that no token has. */
export async function revokeToken(
  db: Db,
  { name, actor }: { name: string; actor: string },
): Promise<{ revoked: boolean }> {
  const [token] = await query<{ revoked: boolean }>(
    db,
    `with revoked as (
       update api_token set revoked_at = now() where name = $1 and revoked_at is null returning id, name),
     audited as (
       insert into audit_entry (actor, action, details)
       select $2, 'token.revoked', jsonb_build_object('id', id, 'name', name) from revoked)
     select exists (select from revoked) as revoked from api_token where name = $1`,
    [name, actor],
  );
  if (token === undefined) {
    throw new SluiceError('not_found', `There is no token named "${name}".`, {
      remedy: 'List them: sluice token list.',
    });
  }
  if (token.revoked) await sequenceAfterCommit(db);
  return token;
}
