import { tokenHash } from './create-token.ts';
import { query, type Db } from './db.ts';
import type { TokenRow } from './types.ts';

/** Whose token this is; nobody's when it is unknown or was revoked. */
export async function findToken(db: Db, token: string): Promise<TokenRow | undefined> {
  const [found] = await query<TokenRow>(
    db,
    'select id, name, role from api_token where hash = $1 and revoked_at is null',
    [tokenHash(token)],
  );
  return found;
}
