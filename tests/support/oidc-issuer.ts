import { createSign, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';

interface SigningKey {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs by Node's own crypto, so that what verifies (jose) is not held against itself. */
export function signRs256(header: object, claims: object, key: KeyObject): string {
  const text = `${base64(header)}.${base64(claims)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key).toString('base64url')}`;
}

/**
 * An OIDC issuer on a port of its own, as CI providers are one: discovery, keys, and tokens that a run asks for with its own
 * bearer token (GitHub's ACTIONS_ID_TOKEN_REQUEST_URL). Its claims are the test's to choose.
 */
export class OidcIssuer {
  readonly #server: Server;
  readonly #keys: SigningKey[] = [];
  readonly requestToken = randomUUID();
  url = '';
  /** What it puts into tokens that runs ask for. */
  claims: Record<string, unknown> = {};
  /** Served in the place of the discovery document, where a test wants another. */
  discovery: Record<string, unknown> | undefined;
  /** How often its keys were asked for. */
  keyReads = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
      const answer = this.#answer(pathname, searchParams.get('audience'), request.headers.authorization);
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? {}));
    });
    this.rotate();
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The issuer listens nowhere.');
    this.url = `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Signs with a new key from now on, and forgets the ones before. */
  rotate(): SigningKey {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = { kid: randomUUID(), privateKey, publicKey };
    this.#keys.splice(0, this.#keys.length, key);
    return key;
  }

  get key(): SigningKey {
    const [key] = this.#keys;
    if (key === undefined) throw new Error('The issuer has no key.');
    return key;
  }

  /** A token as the issuer signs it: its claims, with what the test changes; a claim that is undefined is left out. */
  token(
    audience: unknown,
    changes: Record<string, unknown> = {},
    header: Record<string, unknown> = {},
  ): string {
    const nowS = Math.floor(Date.now() / 1000);
    const times = { iat: nowS, nbf: nowS, exp: nowS + 300 };
    const claims = {
      iss: this.url,
      aud: audience,
      jti: randomUUID(),
      sub: 'x',
      ...times,
      ...this.claims,
      ...changes,
    };
    const { kid, privateKey } = this.key;
    return signRs256({ alg: 'RS256', typ: 'JWT', kid, ...header }, claims, privateKey);
  }

  #answer(path: string, audience: string | null, authorization: string | undefined): object | undefined {
    if (path === '/.well-known/openid-configuration') {
      return this.discovery ?? { issuer: this.url, jwks_uri: `${this.url}/keys` };
    }
    if (path === '/keys') {
      this.keyReads += 1;
      return {
        keys: this.#keys.map(({ kid, publicKey }) => ({
          ...publicKey.export({ format: 'jwk' }),
          ...{ kid, alg: 'RS256', use: 'sig' },
        })),
      };
    }
    const isAsked = path === '/token' && authorization === `Bearer ${this.requestToken}`;
    return isAsked ? { value: this.token(audience) } : undefined;
  }
}
