import type { Role } from '../../domain/access/roles.ts';
import { newToken, tokenHash } from './create-token.ts';
import { queryOne, type Db } from '../postgres/db.ts';
import { noValidToken } from './read-token.ts';

export interface TokenRotation {
  readonly id: string;
  readonly token: string;
  readonly role: Role;
  /** Until when the one before it is good, ISO 8601. */
  readonly oldUntil: string;
  readonly expiresAt?: string;
}

/**
 * Puts another token in the place of the one of a name, with the same rights; the old one is good for the overlap, in
 * milliseconds, or not at all. Without an end of its own the new one is good for as long as the old one was made for.
 * Throws `not_found` where the name has no valid token.
 */
export async function rotateToken(
  db: Db,
  rotation: {
    readonly name: string;
    readonly overlapMs: number;
    readonly expiresAt?: string | undefined;
    readonly actor: string;
  },
): Promise<TokenRotation> {
  const { id, token } = newToken();
  const { name, overlapMs, expiresAt, actor } = rotation;
  const { rotated } = await queryOne<{
    readonly rotated?: Omit<TokenRotation, 'id' | 'token'> & { readonly expiresAt?: string | null };
  }>(db, 'select rotate_token($1, $2, $3, $4, $5, $6) as rotated', [
    name,
    id,
    tokenHash(token),
    overlapMs,
    expiresAt,
    actor,
  ]);
  if (rotated === undefined) throw noValidToken(name);
  const { role, oldUntil, expiresAt: until } = rotated;
  const iso = (text: string): string => new Date(text).toISOString();
  return {
    ...{ id, token, role, oldUntil: iso(oldUntil) },
    ...(typeof until === 'string' ? { expiresAt: iso(until) } : {}),
  };
}
