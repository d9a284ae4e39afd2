import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { SluiceError } from '../../domain/errors.ts';
import { keyHash, keyPrefix } from '../../domain/access/gateway-key.ts';
import type { Caller } from './caller.ts';
import type { KnownKeys } from './known-keys.ts';
import type { WrongKeys } from './wrong-keys.ts';

export interface Asking {
  readonly headers: IncomingHttpHeaders;
  /** Where the connection comes from. */
  readonly address: string;
}

export interface IdentifyParts {
  readonly keys: KnownKeys;
  readonly wrongKeys: WrongKeys;
  /** `open`: who shows no key may call models. */
  readonly mode: 'demanded' | 'open';
  readonly internalToken: string;
}

/**
 * Who a request comes from. Throws `unauthenticated` without a key where one is demanded, and for one that is unknown or
 * revoked, also where none is; `forbidden` for a wrong internal token; `rate_limited` for those who keep trying; and
 * `unreachable` while this gateway has never heard which keys there are.
 */
export type Identify = (asking: Asking) => Caller;

export function createIdentify({ keys, wrongKeys, mode, internalToken }: IdentifyParts): Identify {
  const ofKey = (shown: string, address: string): Caller => {
    const key = keys.find(keyHash(shown));
    if (key !== undefined) return { kind: 'key', key };
    if (!keys.areKnown()) throw unknownKeys();
    wrongKeys.note(address);
    throw new SluiceError('unauthenticated', 'The gateway key is unknown or revoked.', { remedy });
  };
  return ({ headers, address }) => {
    const token = headers['x-sluice-internal-token'];
    if (typeof token === 'string') {
      if (sameText(token, internalToken)) return { kind: 'internal' };
      wrongKeys.note(address);
      throw new SluiceError('forbidden', 'The internal token is wrong.', {
        remedy:
          'Leave the header x-sluice-internal-token out; worker and gateways share SLUICE_INTERNAL_TOKEN.',
      });
    }
    // Where none is demanded, SDKs send whatever their users have put there.
    const meant = (key: string | undefined): string | undefined =>
      mode === 'demanded' || key?.startsWith(keyPrefix) === true ? key : undefined;
    const [bearer, own] = [meant(bearerOf(headers)), meant(ownKeyOf(headers))];
    if (bearer !== undefined && own !== undefined && own !== bearer) {
      throw new SluiceError('unauthenticated', 'Two different keys were sent.', {
        remedy: 'Send one, as "Authorization: Bearer <key>" or as "x-api-key".',
      });
    }
    const shown = bearer ?? own;
    if (shown !== undefined) return ofKey(shown, address);
    if (mode === 'open') return { kind: 'anonymous' };
    throw new SluiceError('unauthenticated', 'This gateway demands a key.', { remedy });
  };
}

const remedy =
  'Send a valid one as "Authorization: Bearer <key>" or "x-api-key: <key>"; "sluice key create --app <app> --name <name>" makes one.';

function unknownKeys(): SluiceError {
  return new SluiceError('unreachable', 'This gateway does not know yet which keys are valid.', {
    remedy: 'Try again: it learns them as soon as its database answers.',
    details: { retryAfterMs: 1_000 },
  });
}

function bearerOf({ authorization = '' }: IncomingHttpHeaders): string | undefined {
  return /^Bearer +([\x21-\x7e]+)$/i.exec(authorization)?.[1];
}

function ownKeyOf({ 'x-api-key': key }: IncomingHttpHeaders): string | undefined {
  return typeof key === 'string' && key !== '' ? key : undefined;
}

/** Hashes are compared, so that the time it takes tells nothing of the text, nor of its length. */
export function sameText(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
  return timingSafeEqual(digest(given), digest(expected));
}
