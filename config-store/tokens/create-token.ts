import { createHash, randomBytes } from 'node:crypto';
import { SluiceError } from '../../domain/errors.ts';
import type { TokenRights } from '../../domain/access/token-rights.ts';
import { queryOne, type Db } from '../postgres/db.ts';
import { newId } from '../postgres/ids.ts';

/** SHA-256 of a token: all that is kept of it. Tokens have 256 random bits, so nothing slower is needed. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}

/** A token that nobody can guess, with its id. */
export function newToken(): { readonly id: string; readonly token: string } {
  return { id: newId('tok'), token: `slc_${randomBytes(32).toString('base64url')}` };
}

export interface TokenToCreate extends Partial<TokenRights> {
  readonly name: string;
  readonly role: TokenRights['role'];
  /** The person or program that it stands for; its name where nothing is said. */
  readonly subject?: string | undefined;
  readonly actor: string;
}

/** Makes a token, shown this once. Throws `conflict` where a valid one has the name. */
export async function createToken(
  db: Db,
  { name, role, subject = name, apps, actions, content = false, expiresAt, actor }: TokenToCreate,
): Promise<{ readonly id: string; readonly token: string }> {
  const { id, token } = newToken();
  const { created } = await queryOne<{ readonly created: boolean }>(
    db,
    'select create_token($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as created',
    [id, name, role, tokenHash(token), subject, apps, actions, content, expiresAt, actor],
  );
  if (!created) {
    throw new SluiceError('conflict', `There is a token named "${name}".`, {
      remedy: `Choose another name, or put another in its place: sluice token rotate ${name}.`,
    });
  }
  return { id, token };
}
