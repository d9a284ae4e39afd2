import { createHash } from 'node:crypto';
import { SluiceError } from '../../domain/errors.ts';
import { mostExchanges, type OidcProvider, type OidcRun, type OidcTrust } from '../../domain/access/oidc.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { TokenRights } from '../../domain/access/token-rights.ts';
import { appendAudit } from '../audit/append-audit.ts';
import { newToken, tokenHash } from './create-token.ts';
import { json, query, queryOne, queryPage, type Db } from '../postgres/db.ts';
import { newId } from '../postgres/ids.ts';
import { inTransaction } from '../postgres/transaction.ts';
import type { Page, PageRequest } from '../postgres/page.ts';

/** Whose runs an admin trusts, and what they may do for how long. */
export interface TrustToCreate extends OidcTrust, Pick<TokenRights, 'role' | 'apps' | 'actions'> {
  readonly name: string;
  readonly provider: OidcProvider;
  /** How long a token is good that one is exchanged for. */
  readonly ttlMs: number;
}

export interface TrustRow extends TrustToCreate {
  readonly id: string;
  readonly madeBy: string;
  readonly createdAt: string;
}

const columns = `id, name, provider, issuer, audience, repository_id as "repositoryId", ref, environment, workflow, events,
  role, apps, actions, ttl_ms as "ttlMs", made_by as "madeBy", created_at as "createdAt"`;

/** As it is stored: without what is absent. */
function plain(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}

/** Trusts the runs that are pinned. Throws `conflict` where another one has the name. */
export async function createTrust(db: Db, trust: TrustToCreate, actor: string): Promise<TrustRow> {
  return inTransaction(db, async (client) => {
    const [made] = await query<TrustRow>(
      client,
      `insert into oidc_trust (id, name, provider, issuer, audience, repository_id, ref, environment, workflow, events, role,
         apps, actions, ttl_ms, made_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
       on conflict (name) where removed_at is null do nothing returning ${columns}`,
      [
        ...[newId('tru'), trust.name, trust.provider, trust.issuer, trust.audience, trust.repositoryId],
        ...[
          trust.ref,
          trust.environment,
          trust.workflow,
          trust.events,
          trust.role,
          trust.apps,
          trust.actions,
        ],
        ...[trust.ttlMs, actor],
      ],
    );
    if (made === undefined) {
      throw new SluiceError('conflict', `There is a trust named "${trust.name}".`, {
        remedy: `Choose another name, or remove it first: sluice trust remove ${trust.name}.`,
      });
    }
    const { createdAt: _createdAt, madeBy: _madeBy, ...details } = made;
    await appendAudit(client, {
      actor,
      action: 'trust.created',
      details: plain(details),
    });
    return made;
  });
}

/** Those in force, by name. */
export function listTrusts(db: Db, page: PageRequest): Promise<Page<TrustRow>> {
  return queryPage<TrustRow>(
    db,
    page,
    `select ${columns}, jsonb_build_array(name) as cursor from oidc_trust
     where removed_at is null and ($1::jsonb is null or name > $1->>0) order by name limit $2`,
  );
}

export async function readTrust(db: Db, name: string): Promise<TrustRow | undefined> {
  const [row] = await query<TrustRow>(
    db,
    `select ${columns} from oidc_trust where name = $1 and removed_at is null`,
    [name],
  );
  return row;
}

/** Those that a run of this repository may come by. */
export function trustsOf(
  db: Db,
  { issuer, repositoryId }: Pick<OidcTrust, 'issuer' | 'repositoryId'>,
): Promise<TrustRow[]> {
  return query<TrustRow>(
    db,
    `select ${columns} from oidc_trust
     where issuer = $1 and repository_id = $2 and removed_at is null order by name`,
    [issuer, repositoryId],
  );
}

/** Trusts these runs no more, and ends the tokens that they got. False where there was no such trust. */
export async function removeTrust(
  db: Db,
  { name, actor }: { readonly name: string; readonly actor: string },
): Promise<boolean> {
  return inTransaction(db, async (client) => {
    const [row] = await query<{ readonly id: string }>(
      client,
      'update oidc_trust set removed_at = now() where name = $1 and removed_at is null returning id',
      [name],
    );
    if (row !== undefined) {
      await appendAudit(client, { actor, action: 'trust.removed', details: { id: row.id, name } });
    }
    return row !== undefined;
  });
}

export interface TokenExchange {
  readonly trust: TrustRow;
  readonly run: OidcRun;
  readonly subject: string;
  readonly jti: string;
  /** When the token of CI expires, seconds since the epoch. */
  readonly expires: number;
}

/**
 * Takes a token of CI and gives one of Sluice's for it. Undefined where it was taken as often as it may be: whoever has seen
 * it in a log or on its way cannot go on using it.
 */
export async function exchangeToken(
  db: Db,
  { trust, run, subject, jti, expires }: TokenExchange,
): Promise<{ readonly token: string; readonly expiresAt: string } | undefined> {
  const { id, token } = newToken();
  const jtiHash = createHash('sha256').update(jti).digest();
  const exchanged = await inTransaction(db, async (client) => {
    const seen = await query(
      client,
      `insert into oidc_seen (issuer, jti_hash, expires_at) values ($1, $2, to_timestamp($3) + interval '5 minutes')
       on conflict (issuer, jti_hash) do update set uses = oidc_seen.uses + 1 where oidc_seen.uses < $4 returning uses`,
      [trust.issuer, jtiHash, expires, mostExchanges[trust.provider]],
    );
    if (seen.length === 0) return undefined;
    const made = await queryOne<{ readonly expiresAt: string }>(
      client,
      `insert into exchanged_token (id, trust_id, hash, subject, run, expires_at)
       values ($1, $2, $3, $4, $5, now() + $6 * interval '1 millisecond') returning expires_at as "expiresAt"`,
      [id, trust.id, tokenHash(token), subject, json(run), trust.ttlMs],
    );
    const details = plain({ id, trust: trust.name, subject, run, ...made });
    await appendAudit(client, { actor: `ci:${trust.name}`, action: 'token.exchanged', details });
    return made;
  });
  if (exchanged === undefined) return undefined;
  return { token, ...exchanged };
}
