import type { Role } from '../../domain/access/roles.ts';
import { tokenHash } from './create-token.ts';
import { query, type Db } from '../postgres/db.ts';
import { newId } from '../postgres/ids.ts';
import { inTransaction } from '../postgres/transaction.ts';
import type { Pool } from 'pg';

/**
 * Makes a token that was chosen elsewhere valid under a name, with the scope `content`; the name's token before it is
 * valid no more. One that was revoked, replaced or has expired stays so, however often it is named: only another one may
 * follow it.
 */
export async function ensureToken(
  db: Pool,
  { name, role, token }: { readonly name: string; readonly role: Role; readonly token: string },
): Promise<'valid' | 'revoked'> {
  const hash = tokenHash(token);
  return inTransaction(db, async (client) => {
    // Two programs that start at once: one after the other.
    await query(client, `select pg_advisory_xact_lock(hashtextextended('sluice-token/' || $1, 0))`, [name]);
    const [known] = await query<{ readonly id: string; readonly valid: boolean; readonly asWanted: boolean }>(
      client,
      `select id, revoked_at is null and (expires_at is null or expires_at > now()) as valid,
         role = $2 and content as "asWanted" from api_token where hash = $1`,
      [hash, role],
    );
    if (known?.valid === false) return 'revoked';
    if (known?.asWanted !== true) await put(client, known?.id, { name, role, hash });
    return 'valid';
  });
}

async function put(
  client: Db,
  known: string | undefined,
  { name, role, hash }: { readonly name: string; readonly role: Role; readonly hash: Buffer },
): Promise<void> {
  if (known === undefined) {
    await query(client, 'update api_token set revoked_at = now() where name = $1 and revoked_at is null', [
      name,
    ]);
  }
  await query(
    client,
    `with ensured as (
       insert into api_token (id, name, role, hash, subject, content, made_by)
       values (coalesce($1, $2), $3, $4, $5, $3, true, 'system:settings')
       on conflict (id) do update set role = excluded.role, content = true returning id)
     insert into audit_entry (actor, action, details)
     select 'system:settings', 'token.ensured', jsonb_build_object('id', id, 'name', $3::text, 'role', $4::text)
     from ensured`,
    [known, newId('tok'), name, role, hash],
  );
}
