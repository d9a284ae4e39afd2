import { SluiceError } from '../../domain/errors.ts';
import { query, type Db } from '../postgres/db.ts';
import { tokenColumns } from './token-columns.ts';
import type { TokenRow } from './token-row.ts';

export function noValidToken(name: string): SluiceError {
  return new SluiceError('not_found', `There is no valid token named "${name}".`, {
    remedy: 'List them: sluice token list.',
  });
}

/** The tokens of a name that are valid: one, and during a rotation's overlap those before it; the newest first. */
export function readTokens(db: Db, name: string): Promise<TokenRow[]> {
  return query<TokenRow>(
    db,
    `select ${tokenColumns} from api_token
     where name = $1 and revoked_at is null and (expires_at is null or expires_at > now())
     order by created_at desc, id desc`,
    [name],
  );
}
