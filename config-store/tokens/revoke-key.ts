import { SluiceError } from '../../domain/errors.ts';
import { query, type Db } from '../postgres/db.ts';

/**
 * Makes the valid key of a name invalid for ever; says whether there was one. Throws `not_found` for a name that no key
 * ever had.
 */
export async function revokeKey(
  db: Db,
  { name, actor }: { readonly name: string; readonly actor: string },
): Promise<{ readonly revoked: boolean }> {
  const [key] = await query<{ readonly revoked: boolean }>(
    db,
    `with revoked as (
       update gateway_key set revoked_at = now() where name = $1 and revoked_at is null returning id, name, apps),
     audited as (
       insert into audit_entry (actor, action, details)
       select $2, 'key.revoked', jsonb_build_object('id', id, 'name', name, 'apps', to_jsonb(apps)) from revoked)
     select exists (select from revoked) as revoked from gateway_key where name = $1 limit 1`,
    [name, actor],
  );
  if (key === undefined) {
    throw new SluiceError('not_found', `There is no key named "${name}".`, {
      remedy: 'List them: sluice key list.',
    });
  }
  return key;
}
