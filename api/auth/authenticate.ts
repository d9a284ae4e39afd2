import { SluiceError } from '../../domain/errors.ts';
import { mayActAs, type Role } from '../../domain/roles.ts';

export interface Caller {
  actor: string;
  role: Role;
}

export type FindToken = (token: string) => Promise<{ name: string; role: Role } | undefined>;

/**
 * The caller that a bearer token stands for. Throws `unauthenticated` without a valid token, and `forbidden`
 * where its role does not reach.
 */
export async function authenticate(
  findToken: FindToken,
  authorization: string | undefined,
  needed: Role,
): Promise<Caller> {
  const token = /^Bearer ([\x21-\x7e]+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) {
    throw new SluiceError('unauthenticated', 'This needs an API token.', {
      remedy: 'Send "Authorization: Bearer <token>"; `sluice up` prints an admin token at its first start.',
    });
  }
  const found = await findToken(token);
  if (found === undefined) {
    throw new SluiceError('unauthenticated', 'The API token is unknown or revoked.', {
      remedy: 'Check SLUICE_TOKEN, or have an admin make a new token.',
    });
  }
  if (!mayActAs(found.role, needed)) {
    throw new SluiceError(
      'forbidden',
      `The token "${found.name}" has the role ${found.role}; this needs ${needed}.`,
      {
        remedy: `Use a token with the role ${needed} or above.`,
      },
    );
  }
  return { actor: `token:${found.name}`, role: found.role };
}
