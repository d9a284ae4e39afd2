import type { KeyScope } from '../../domain/access/gateway-key.ts';
import { queryPage, type Db } from '../postgres/db.ts';
import type { Page, PageRequest } from '../postgres/page.ts';

export interface KeyListing {
  readonly id: string;
  readonly name: string;
  readonly apps: string[];
  readonly scopes: KeyScope[];
  /** Absent where it is good in all of them. */
  readonly environments?: string[];
  readonly requestsPerMinute: number;
  readonly inFlight: number;
  readonly createdAt: string;
  readonly revokedAt?: string;
}

/** Gateway keys by name, revoked ones too; of a key itself nothing is known. */
export function listKeys(db: Db, { app, ...page }: PageRequest & { readonly app?: string | undefined }) {
  return queryPage<KeyListing>(
    db,
    page,
    `select id, name, apps, scopes, environments, requests_per_minute as "requestsPerMinute", in_flight as "inFlight",
       created_at as "createdAt", revoked_at as "revokedAt", jsonb_build_array(name, id) as cursor
     from gateway_key
     where ($1::jsonb is null or (name, id) > ($1->>0, $1->>1)) and ($3::text is null or $3 = any (apps))
     order by name, id limit $2`,
    [app],
  ) satisfies Promise<Page<KeyListing>>;
}
