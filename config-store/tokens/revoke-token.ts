import { SluiceError } from '../../domain/errors.ts';
import { queryOne, type Db } from '../postgres/db.ts';

/**
 * Makes the tokens of a name invalid for ever (during a rotation's overlap they are two), and the name free; says
 * whether any was valid. Throws `not_found` for a name that no token has.
 */
export async function revokeToken(
  db: Db,
  { name, actor }: { readonly name: string; readonly actor: string },
): Promise<{ readonly revoked: boolean }> {
  const { known, revoked } = await queryOne<{ readonly known: boolean; readonly revoked: boolean }>(
    db,
    `with revoked as (
       update api_token set revoked_at = now() where name = $1 and revoked_at is null
       returning id, name, expires_at is null or expires_at > now() as was_valid),
     audited as (
       insert into audit_entry (actor, action, details)
       select $2, 'token.revoked', jsonb_build_object('id', id, 'name', name) from revoked)
     select exists (select from revoked where was_valid) as revoked,
       exists (select from api_token where name = $1) as known`,
    [name, actor],
  );
  if (!known) {
    throw new SluiceError('not_found', `There is no token named "${name}".`, {
      remedy: 'List them: sluice token list.',
    });
  }
  return { revoked };
}
