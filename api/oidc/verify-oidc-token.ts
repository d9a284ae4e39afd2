import {
  decodeJwt,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import { messageOf, SluiceError } from '../../domain/errors.ts';

/** What GitHub and GitLab sign with. No symmetric one, so that nobody signs with a public key; and not `none`. */
const algorithms = ['RS256'];
/** Header fields that would have a token say by which key it is to be judged, or what else is to be understood. */
const ownKeys = ['jwk', 'jku', 'x5u', 'x5c', 'crit', 'b64'];
/** The longest that a token may be good for, and how far two clocks may be apart, in seconds. */
const longestLife = 24 * 3600;
const clockTolerance = 30;

export interface VerifiedToken {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly audience: string;
  readonly jti: string;
  /** Seconds since the epoch. */
  readonly expires: number;
}

export function refused(why: string, cause?: unknown): SluiceError {
  return new SluiceError('unauthenticated', `The token of CI is not taken: ${why}.`, {
    remedy: 'Compare the run with what is trusted: sluice trust list.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** What a token says of itself before anything of it is believed: only which of the known issuers to ask. */
export function issuerOf(token: string): string {
  try {
    const header = decodeProtectedHeader(token);
    if (ownKeys.some((field) => field in header))
      throw refused('it brings a key or conditions of its own along');
    if (!algorithms.includes(header.alg ?? '')) throw refused('its algorithm is not one that is taken');
    const { iss } = decodeJwt(token);
    if (typeof iss === 'string') return iss;
  } catch (error) {
    if (error instanceof SluiceError) throw error;
    throw refused('it cannot be read', error);
  }
  throw refused('it names no issuer');
}

function audienceOf({ aud }: JWTPayload): string {
  const all = typeof aud === 'string' ? [aud] : (aud ?? []);
  const [only] = all;
  // One that is meant for others as well could be brought here by any of them.
  if (only === undefined || all.length !== 1) throw refused('it is not for one audience');
  return only;
}

/**
 * Checks signature, issuer, times and form. Throws `unauthenticated` where one does not hold, and `unreachable` where the
 * issuer's keys cannot be had.
 */
export async function verifyOidcToken(
  token: string,
  issuer: string,
  keys: JWTVerifyGetKey,
): Promise<VerifiedToken> {
  const { payload } = await jwtVerify(token, keys, {
    ...{ issuer, algorithms, clockTolerance },
    // One that was issued in the future is refused with it.
    maxTokenAge: longestLife,
    requiredClaims: ['iss', 'aud', 'exp', 'iat', 'jti'],
  }).catch((error: unknown) => {
    if (error instanceof errors.JOSEError && !isAway(error)) throw refused(messageOf(error), error);
    throw new SluiceError('unreachable', `The keys of ${issuer} cannot be read.`, {
      remedy: 'Try again; check that the API reaches the issuer.',
      cause: error,
    });
  });
  const { exp = 0, iat = 0, jti } = payload;
  if (typeof jti !== 'string' || jti === '' || jti.length > 500) throw refused('it has no id of its own');
  if (exp - iat > longestLife) throw refused('it is good for too long');
  return { claims: payload, audience: audienceOf(payload), jti, expires: exp };
}

function isAway(error: errors.JOSEError): boolean {
  return (
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    error.code === 'ERR_JOSE_GENERIC'
  );
}
