import { tokenHash } from './create-token.ts';
import { query, type Db } from '../postgres/db.ts';
import { tokenColumns } from './token-columns.ts';
import type { FoundToken } from './token-row.ts';

/** Of a token that CI got in exchange for its own: good for as long as what it rests on is trusted. */
const exchanged = `
  select t.id, trust.name, role, t.subject, apps, actions, false as content, t.expires_at as "expiresAt",
    now() as "lastUsedAt", 'ci:' || trust.name as actor
  from exchanged_token t join oidc_trust trust on trust.id = t.trust_id and trust.removed_at is null`;

const made = `select ${tokenColumns}, 'token:' || name as actor from api_token where revoked_at is null`;

const valid = `select * from (${made} and hash = $1 union all ${exchanged} where hash = $1) token
  where "expiresAt" is null or "expiresAt" > now()`;

/** Whose token this is; nobody's when it is unknown, was revoked or has expired. */
export async function findToken(db: Db, token: string): Promise<FoundToken | undefined> {
  const [found] = await query<FoundToken>(db, valid, [tokenHash(token)]);
  return found;
}

/** Which of these tokens, by their ids, are valid now. */
export async function validTokens(db: Db, ids: readonly string[]): Promise<string[]> {
  const rows = await query<{ readonly id: string }>(
    db,
    `select id from (${made} and id = any($1) union all ${exchanged} where t.id = any($1)) token
     where "expiresAt" is null or "expiresAt" > now()`,
    [ids],
  );
  return rows.map(({ id }) => id);
}

/** Notes that a token was used, once a minute at most. */
export async function noteTokenUse(db: Db, id: string): Promise<void> {
  await query(
    db,
    `update api_token set last_used_at = now()
     where id = $1 and (last_used_at is null or last_used_at <= now() - interval '1 minute')`,
    [id],
  );
}
