import { query, type Db } from '../postgres/db.ts';
import type { QueuedRow } from './queued-row.ts';

/**
 * Why who asked for a release has no word any more, as a sentence: their token was revoked, or CI is not trusted that got
 * it. Undefined where that is not so. A token that has expired, as those of CI do within the hour, was good when it asked;
 * of one that was rotated its successor counts.
 */
export async function takenBack(
  db: Db,
  { tokenId, actor }: Pick<QueuedRow, 'tokenId' | 'actor'>,
): Promise<string | undefined> {
  const [found] = await query<{ readonly why: string }>(
    db,
    tokenId === undefined ? byName : byToken,
    tokenId === undefined ? [actor] : [tokenId],
  );
  return found?.why;
}

const at = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
const revoked = (name: string, column: string): string =>
  `'The token "' || ${name} || '" that asked for it was revoked at ' || ${at(column)} || '.'`;
const distrusted = (name: string, column: string): string =>
  `'The CI "' || ${name} || '" that asked for it is not trusted since ' || ${at(column)} || '.'`;

/** A token that replaces another one is made in the transaction that says so. What has expired is given up at that time. */
const byToken = `
  with recursive line as (
    select id, name, created_at, replaced_at, revoked_at, expires_at from api_token where id = $1
    union all
    select n.id, n.name, n.created_at, n.replaced_at, n.revoked_at, n.expires_at from line
      join api_token n on n.name = line.name and n.created_at = line.replaced_at and n.id <> line.id),
  newest as (select * from line order by created_at desc limit 1)
  select ${revoked('name', 'revoked_at')} as why from newest
    where revoked_at is not null and revoked_at is distinct from expires_at
  union all
  select ${distrusted('trust.name', 'trust.removed_at')} from exchanged_token t join oidc_trust trust on trust.id = t.trust_id
    where t.id = $1 and trust.removed_at is not null`;

/** Of rows of before: by the name, where nobody who is valid has it. */
const byName = `
  select ${revoked('name', 'max(revoked_at)')} as why from api_token where 'token:' || name = $1 group by name
    having bool_and(revoked_at is not null and revoked_at is distinct from expires_at)
  union all
  select ${distrusted('name', 'max(removed_at)')} from oidc_trust where 'ci:' || name = $1 group by name
    having bool_and(removed_at is not null)`;
