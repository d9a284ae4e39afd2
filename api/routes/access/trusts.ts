import type { Pool } from 'pg';
import { z } from 'zod';
import { createTrust, listTrusts, readTrust, removeTrust } from '../../../config-store/tokens/trusts.ts';
import { durationMs } from '../../../domain/duration.ts';
import { SluiceError } from '../../../domain/errors.ts';
import { nameSchema } from '../../../domain/revision/names.ts';
import { cloudIssuers, defaultEvents } from '../../../domain/access/oidc.ts';
import { assertNoStronger } from '../../auth/authorize.ts';
import { exchange, longestOidcToken, type ExchangeParts } from '../../oidc/exchange.ts';
import { definePublicRoute, defineRoute, type PublicRoute, type Route } from '../../http/route.ts';
import { pageQuerySchema } from '../../schemas/shared.ts';
import {
  createTrustSchema,
  exchangedSchema,
  exchangeSchema,
  removedTrustSchema,
  trustPageSchema,
  trustSchema,
} from '../../schemas/trusts.ts';

type TrustRouteParts = Pick<ExchangeParts, 'issuers'> & { readonly db: Pool };

/** The issuer that a trust names, if its provider's tokens are taken from there. Throws `invalid_request`. */
function issuerFor(
  { issuers }: TrustRouteParts,
  {
    provider,
    issuer = cloudIssuers[provider],
  }: Pick<z.output<typeof createTrustSchema>, 'provider' | 'issuer'>,
): string {
  if (issuers.get(issuer) === provider) return issuer;
  throw new SluiceError(
    'invalid_request',
    `${issuer} is no issuer of ${provider} that this API takes tokens of.`,
    {
      remedy: `Have the operator name it: SLUICE_OIDC_ISSUERS=${provider}=https://…`,
    },
  );
}

function createRoute(parts: TrustRouteParts): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/trusts',
    operationId: 'createTrust',
    summary: 'Trust the runs of a CI workflow: pinned by repository, ref, environment and file',
    role: 'admin',
    action: 'tokens',
    concerns: 'listed',
    body: createTrustSchema,
    answers: { 201: { description: 'What is trusted', schema: trustSchema } },
    async handle({ body: { ttl, environment, issuer: named, ...wanted }, actor, caller }) {
      const issuer = issuerFor(parts, { provider: wanted.provider, issuer: named });
      // Those that it gives out end by themselves, but it goes on giving them.
      assertNoStronger(caller, { ...wanted, content: false, expiresAt: undefined });
      const { events = [...defaultEvents[wanted.provider]] } = wanted;
      const pinned = {
        ...wanted,
        issuer,
        events,
        environment: environment ?? undefined,
        ttlMs: durationMs(ttl),
      };
      return { status: 201, body: await createTrust(parts.db, pinned, actor) };
    },
  });
}

function removeRoute({ db }: TrustRouteParts): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/trusts/{name}/remove',
    operationId: 'removeTrust',
    summary: 'Trust these runs no more, and end the tokens that they got',
    role: 'admin',
    action: 'tokens',
    concerns: 'listed',
    params: z.object({ name: nameSchema }),
    answers: { 200: { description: 'It is not trusted any more', schema: removedTrustSchema } },
    async handle({ params: { name }, actor, caller }) {
      const trust = await readTrust(db, name);
      if (trust !== undefined) {
        assertNoStronger({ ...caller, expiresAt: undefined }, { ...trust, content: false });
      }
      return { status: 200, body: { name, removed: await removeTrust(db, { name, actor }) } };
    },
  });
}

/** Whose runs of CI may come without a stored secret. */
export function trustRoutes(parts: TrustRouteParts): Route[] {
  return [
    createRoute(parts),
    defineRoute({
      method: 'get',
      path: '/v1/trusts',
      operationId: 'listTrusts',
      summary: 'List whose runs of CI are trusted',
      role: 'admin',
      action: 'tokens',
      concerns: 'all',
      query: pageQuerySchema,
      answers: { 200: { description: 'A page of them', schema: trustPageSchema } },
      async handle({ query }) {
        return { status: 200, body: await listTrusts(parts.db, query) };
      },
    }),
    removeRoute(parts),
  ];
}

/** For a run of CI, whose token is the proof. */
export function exchangeRoute(parts: ExchangeParts): PublicRoute {
  return definePublicRoute({
    path: '/v1/tokens/exchange',
    operationId: 'exchangeToken',
    summary: 'Exchange the OIDC token of a CI run for a short-lived token, once',
    body: exchangeSchema,
    answers: { 201: { description: 'A token of Sluice', schema: exchangedSchema } },
    async handle({ body: { token: given, trust: named } }) {
      if (given.length > longestOidcToken) {
        throw new SluiceError('unauthenticated', 'The token of CI is not taken: it is too long.');
      }
      const { token, expiresAt, trust } = await exchange(parts, given, named);
      const { name, role, apps, actions } = trust;
      const scope = {
        ...(apps === undefined ? {} : { apps }),
        ...(actions === undefined ? {} : { actions }),
      };
      return { status: 201, body: { token, expiresAt, trust: name, role, ...scope } };
    },
  });
}
