import { queryPage, type Db } from './db.ts';
import type { Page, PageRequest, TokenRow } from './types.ts';

interface TokenListing extends TokenRow {
  createdAt: string;
  revokedAt?: string;
}

/** All tokens by name, revoked ones too; of a token itself nothing is known. */
export function listTokens(db: Db, page: PageRequest): Promise<Page<TokenListing>> {
  return queryPage<TokenListing>(
    db,
    page,
    `select id, name, role, created_at as "createdAt", revoked_at as "revokedAt", jsonb_build_array(name) as cursor
     from api_token where ($1::jsonb is null or name > $1->>0) order by name limit $2`,
  );
}
