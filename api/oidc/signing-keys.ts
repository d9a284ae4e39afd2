import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { messageOf, SluiceError } from '../../domain/errors.ts';

const timeoutMs = 5_000;
/** Bytes of an answer: an issuer has a handful of keys. */
const longestAnswer = 256 * 1024;
/** How long keys are good, and how often an unknown one has them read anew. */
const keptMs = 10 * 60_000;
const cooldownMs = 30_000;

const discoverySchema = z.object({ issuer: z.string(), jwks_uri: z.url() });

async function readBounded(response: Response): Promise<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const body: ReadableStream<Uint8Array> | null = response.body;
  const reader = body?.getReader();
  for (let read = await reader?.read(); read?.value !== undefined; read = await reader?.read()) {
    length += read.value.byteLength;
    if (length > longestAnswer) throw new Error('the answer is too long');
    parts.push(read.value);
  }
  return new Uint8Array(Buffer.concat(parts)).buffer;
}

/** Asks an issuer: no redirections, no more than so many bytes, no longer than so many seconds. */
const ask = async (url: string): Promise<Response> => {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  return new Response(await readBounded(response), { status: response.status, headers: response.headers });
};

function away(issuer: string, cause: unknown): SluiceError {
  return new SluiceError('unreachable', `The keys of ${issuer} cannot be read: ${messageOf(cause)}.`, {
    remedy: 'Try again; check that the API reaches the issuer.',
    cause,
  });
}

/** Where an issuer says that its keys are; never anywhere else than at the issuer itself. */
async function keysUrl(issuer: string): Promise<URL> {
  const response = await ask(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  if (!response.ok) throw new Error(`discovery answered ${response.status}`);
  const discovery = discoverySchema.parse(await response.json());
  if (discovery.issuer !== issuer) throw new Error('discovery names another issuer');
  const url = new URL(discovery.jwks_uri);
  if (url.origin !== new URL(issuer).origin) throw new Error('discovery names keys elsewhere');
  return url;
}

export interface SigningKeysOptions {
  /** Milliseconds. */
  readonly cooldownMs?: number;
  readonly keptMs?: number;
}

/** The public keys of issuers, read from each when they are first needed and when an unknown one is named. */
export function createSigningKeys(
  options: SigningKeysOptions = {},
): (issuer: string) => Promise<JWTVerifyGetKey> {
  const known = new Map<string, JWTVerifyGetKey>();
  return async (issuer) => {
    const before = known.get(issuer);
    if (before !== undefined) return before;
    const url = await keysUrl(issuer).catch((error: unknown) => {
      throw away(issuer, error);
    });
    const keys = createRemoteJWKSet(url, {
      timeoutDuration: timeoutMs,
      cooldownDuration: options.cooldownMs ?? cooldownMs,
      cacheMaxAge: options.keptMs ?? keptMs,
      [customFetch]: ask,
    });
    known.set(issuer, keys);
    return keys;
  };
}
