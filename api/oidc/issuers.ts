import { z } from 'zod';
import { cloudIssuers, oidcProviders, type OidcProvider } from '../../domain/access/oidc.ts';

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Over TLS, or on this machine alone: what signs for an issuer must be what its name says. */
function isSafe(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash } = new URL(text);
  const isPlain = protocol === 'http:' && loopback.has(hostname);
  return (protocol === 'https:' || isPlain) && search === '' && hash === '';
}

/** `gitlab=https://gitlab.example.com,github=https://ghe.example.com/_services/token`: beside the clouds' own issuers. */
export function issuersOf(
  text: string | undefined,
  context: z.RefinementCtx,
): ReadonlyMap<string, OidcProvider> {
  const issuers = new Map<string, OidcProvider>(
    oidcProviders.map((provider) => [cloudIssuers[provider], provider]),
  );
  for (const entry of (text ?? '').split(',').filter((each) => each.trim() !== '')) {
    const [name = '', ...rest] = entry.trim().split('=');
    const issuer = rest.join('=');
    const provider = oidcProviders.find((each) => each === name);
    if (provider === undefined || !isSafe(issuer)) {
      context.addIssue({
        code: 'custom',
        message: `"${entry}" is not provider=https://issuer of ${oidcProviders.join(' or ')}`,
      });
      return z.NEVER;
    }
    issuers.set(issuer, provider);
  }
  return issuers;
}
