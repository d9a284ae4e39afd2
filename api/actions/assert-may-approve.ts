import { SluiceError } from '../../domain/errors.ts';
import { mayActAs } from '../../domain/access/roles.ts';
import type { ApiCaller } from '../auth/authenticate.ts';

/** Only people approve, of the role that the policy asks for. Throws `forbidden`. */
export function assertMayApprove({ actor, role, name }: ApiCaller, needed: string | undefined): void {
  if (!actor.startsWith('token:')) {
    throw new SluiceError('forbidden', `A run of CI ("${name}") approves nothing.`, {
      remedy: 'Have a person approve it, with a token of their own.',
    });
  }
  if (needed === undefined || (needed !== 'viewer' && mayActAs(role, needed as typeof role))) return;
  throw new SluiceError(
    'forbidden',
    `The policy lets the role ${needed} or above approve; this is ${role}.`,
    {
      remedy: 'Ask somebody with that role.',
    },
  );
}
