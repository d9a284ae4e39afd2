import type { JWTVerifyGetKey } from 'jose';
import type { Pool } from 'pg';
import { exchangeToken, trustsOf, type TrustRow } from '../../config-store/tokens/trusts.ts';
import { SluiceError } from '../../domain/errors.ts';
import { mismatches, runOf, subjectOf, type OidcProvider } from '../../domain/access/oidc.ts';
import { issuerOf, refused, verifyOidcToken } from './verify-oidc-token.ts';

export interface ExchangeParts {
  readonly db: Pool;
  /** Whose tokens are taken at all, by their issuer: the clouds' own and those of the operator's settings. */
  readonly issuers: ReadonlyMap<string, OidcProvider>;
  readonly keysOf: (issuer: string) => Promise<JWTVerifyGetKey>;
}

/** What a token of CI was exchanged for. */
export interface Exchanged {
  readonly token: string;
  readonly expiresAt: string;
  readonly trust: TrustRow;
}

/** Bytes: those of the providers have about two thousand. */
export const longestOidcToken = 16 * 1024;

/**
 * Exchanges a token that a CI provider has signed for a short-lived one of Sluice, once, where an admin trusts that
 * repository, ref, environment and workflow. `named`: of several that it may come by, this one. Throws `unauthenticated`
 * saying what does not fit, `conflict` where several do, and `unreachable` where the provider's keys cannot be read.
 */
export async function exchange(
  { db, issuers, keysOf }: ExchangeParts,
  token: string,
  named?: string,
): Promise<Exchanged> {
  const issuer = issuerOf(token);
  const provider = issuers.get(issuer);
  if (provider === undefined) throw refused('nobody here takes tokens of its issuer');
  const { claims, audience, jti, expires } = await verifyOidcToken(token, issuer, await keysOf(issuer));
  const run = runOf(provider, claims);
  if (run === undefined) throw refused('it does not say of which run it is');
  const { repositoryId } = run;
  const known = await trustsOf(db, { issuer, repositoryId });
  const asked = known.filter(({ name }) => named === undefined || name === named);
  const found = asked.map((trust) => ({
    trust,
    wrong: [...(trust.audience === audience ? [] : ['audience']), ...mismatches(provider, trust, run)],
  }));
  const trust = theOne(found);
  const subject = subjectOf(provider, issuer, run);
  const exchanged = await exchangeToken(db, { trust, run, subject, jti, expires });
  if (exchanged === undefined) throw refused('it was exchanged before');
  return { ...exchanged, trust };
}

function theOne(found: readonly { readonly trust: TrustRow; readonly wrong: string[] }[]): TrustRow {
  const fitting = found.filter(({ wrong }) => wrong.length === 0);
  const [first, ...others] = fitting;
  if (first === undefined) {
    const [nearest] = [...found].sort((a, b) => a.wrong.length - b.wrong.length);
    throw refused(
      nearest === undefined
        ? 'nobody here trusts its repository'
        : `it is of another ${nearest.wrong.join(', ')} than what is trusted`,
    );
  }
  if (others.length === 0) return first.trust;
  throw new SluiceError('conflict', 'The run may come by several trusts.', {
    remedy: `Name one: ${fitting.map(({ trust }) => trust.name).join(', ')} (SLUICE_TRUST).`,
  });
}
