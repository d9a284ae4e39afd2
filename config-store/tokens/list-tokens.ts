import { queryPage, type Db } from '../postgres/db.ts';
import { tokenColumns } from './token-columns.ts';
import type { Page, PageRequest } from '../postgres/page.ts';
import type { TokenRow } from './token-row.ts';

interface TokenListing extends TokenRow {
  readonly createdAt: string;
  readonly revokedAt?: string;
  readonly replacedAt?: string;
  readonly madeBy?: string;
}

/** All tokens by name, those that are not valid any more too; of a token itself nothing is known. */
export function listTokens(db: Db, page: PageRequest): Promise<Page<TokenListing>> {
  return queryPage<TokenListing>(
    db,
    page,
    `select ${tokenColumns}, created_at as "createdAt", revoked_at as "revokedAt", replaced_at as "replacedAt",
       made_by as "madeBy", jsonb_build_array(name, id) as cursor
     from api_token where ($1::jsonb is null or (name, id) > ($1->>0, $1->>1)) order by name, id limit $2`,
  );
}
