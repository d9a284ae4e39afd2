import { SluiceError } from '../../domain/errors.ts';
import type { TokenRights } from '../../domain/access/token-rights.ts';

/** Who asks, as far as a token says. */
export interface ApiCaller extends TokenRights {
  readonly tokenId: string;
  /** Of the token. */
  readonly name: string;
  /** As it stands in the audit log: `token:<name>`, `ci:<name>`. */
  readonly actor: string;
  /** The person or program that the token stands for, whatever it is called. */
  readonly subject: string;
}

export type FindToken = (
  token: string,
) => Promise<
  (Omit<ApiCaller, 'tokenId'> & { readonly id: string; readonly lastUsedAt?: string | undefined }) | undefined
>;

/** Longer than any that is made; nothing that a request brings along is hashed without a bound. */
const longestToken = 4_096;

/** The bearer token of a request. Throws `unauthenticated` without one. */
export function bearerOf(authorization: string | undefined): string {
  const token = /^Bearer ([\x21-\x7e]+)$/i.exec(authorization ?? '')?.[1];
  if (token !== undefined) return token;
  throw new SluiceError('unauthenticated', 'This needs an API token.', {
    remedy: 'Send "Authorization: Bearer <token>"; `sluice up` prints an admin token at its first start.',
  });
}

/** The caller that a bearer token stands for. Throws `unauthenticated` for one that is not valid. */
export async function authenticate(
  find: FindToken,
  token: string,
): Promise<ApiCaller & { readonly lastUsedAt?: string | undefined }> {
  const found = token.length > longestToken ? undefined : await find(token);
  if (found === undefined) {
    throw new SluiceError('unauthenticated', 'The API token is unknown, revoked, or has expired.', {
      remedy: 'Check SLUICE_TOKEN, or have an admin make a new token.',
    });
  }
  const { id: tokenId, ...caller } = found;
  return { tokenId, ...caller };
}
