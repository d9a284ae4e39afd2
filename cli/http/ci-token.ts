import { z } from 'zod';
import { messageOf, SluiceError } from '../../domain/errors.ts';

/** What a run of CI has to show, instead of a stored token. */
export type CiIdentity =
  | { readonly kind: 'github'; readonly requestUrl: string; readonly requestToken: string }
  /** A token that the CI system has put into a variable. */
  | { readonly kind: 'given'; readonly token: string };

export interface CiSettings {
  readonly identity: CiIdentity;
  /** What the token is asked for; the URL of the API where absent. */
  readonly audience: string | undefined;
  /** Which trust, where the run may come by several. */
  readonly trust: string | undefined;
}

const timeoutMs = 30_000;
/** A token is renewed so long before it ends, in milliseconds. */
const renewMs = 60_000;

const githubAnswer = z.object({ value: z.string().min(1) });
const exchangedAnswer = z.object({ token: z.string().min(1), expiresAt: z.iso.datetime() });

function failed(what: string, cause: unknown): SluiceError {
  return new SluiceError('unreachable', `${what}: ${messageOf(cause)}.`, { cause });
}

/** The token that GitHub signs for this run: good for minutes, and for that audience alone. */
async function askGithub(
  { requestUrl, requestToken }: Extract<CiIdentity, { readonly kind: 'github' }>,
  audience: string,
): Promise<string> {
  const url = new URL(requestUrl);
  url.searchParams.set('audience', audience);
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${requestToken}`, accept: 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    return githubAnswer.parse(await response.json()).value;
  } catch (error) {
    throw failed('GitHub gave no token for this run', error);
  }
}

/** Sends a body to the API without a token. Throws what the API says is wrong. */
export type SendExchange = (body: { readonly token: string; readonly trust?: string }) => Promise<unknown>;

/**
 * Gives a valid token of Sluice for this run of CI, exchanged for one of the CI system and renewed before it ends. Throws
 * `unauthenticated` where the run is not trusted, and `unreachable` where one of the two does not answer.
 */
export function createCiToken(
  { identity, audience, trust }: CiSettings,
  { apiUrl, exchange }: { readonly apiUrl: string; readonly exchange: SendExchange },
): () => Promise<string> {
  let held: Promise<{ readonly token: string; readonly untilMs: number }> | undefined;

  async function fetchOne(): Promise<{ readonly token: string; readonly untilMs: number }> {
    const signed =
      identity.kind === 'github' ? await askGithub(identity, audience ?? apiUrl) : identity.token;
    const answer = await exchange({ token: signed, ...(trust === undefined ? {} : { trust }) });
    const { token, expiresAt } = exchangedAnswer.parse(answer);
    return { token, untilMs: Date.parse(expiresAt) - renewMs };
  }

  return async () => {
    const current = await held?.catch(() => undefined);
    // A token that was put into a variable is taken once: what it was exchanged for is used to its end.
    const isGood = current !== undefined && (identity.kind === 'given' || Date.now() < current.untilMs);
    if (!isGood) held = fetchOne();
    return (await (held ?? fetchOne())).token;
  };
}
