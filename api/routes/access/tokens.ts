import type { Pool } from 'pg';
import { z } from 'zod';
import { createToken } from '../../../config-store/tokens/create-token.ts';
import { listTokens } from '../../../config-store/tokens/list-tokens.ts';
import { noValidToken, readTokens } from '../../../config-store/tokens/read-token.ts';
import { revokeToken } from '../../../config-store/tokens/revoke-token.ts';
import { rotateToken } from '../../../config-store/tokens/rotate-token.ts';
import { durationMs } from '../../../domain/duration.ts';
import { nameSchema } from '../../../domain/revision/names.ts';
import { assertNoStronger } from '../../auth/authorize.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { pageQuerySchema } from '../../schemas/shared.ts';
import {
  createdTokenSchema,
  createTokenSchema,
  revokedTokenSchema,
  rotatedTokenSchema,
  rotateTokenSchema,
  tokenPageSchema,
} from '../../schemas/tokens.ts';

interface TokenRouteParts {
  readonly db: Pool;
}

const nameParams = z.object({ name: nameSchema });

/** When something ends that begins now, ISO 8601. */
function endOf(life: string | undefined): string | undefined {
  return life === undefined ? undefined : new Date(Date.now() + durationMs(life)).toISOString();
}

function createRoute({ db }: TokenRouteParts): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/tokens',
    operationId: 'createToken',
    summary: 'Make a token with no more rights than its maker; one valid token has a name',
    role: 'admin',
    action: 'tokens',
    concerns: 'listed',
    body: createTokenSchema,
    answers: { 201: { description: 'The token', schema: createdTokenSchema } },
    keepAnswer: 'never',
    async handle({ body: { expiresIn, ...wanted }, actor, caller }) {
      const expiresAt = endOf(expiresIn);
      assertNoStronger(caller, { ...wanted, expiresAt });
      const made = await createToken(db, { ...wanted, expiresAt, actor });
      const { name, role } = wanted;
      return {
        status: 201,
        body: { name, role, ...(expiresAt === undefined ? {} : { expiresAt }), ...made },
      };
    },
  });
}

function rotateRoute({ db }: TokenRouteParts): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/tokens/{name}/rotate',
    operationId: 'rotateToken',
    summary: 'Put another token in the place of one, with the same rights',
    role: 'admin',
    action: 'tokens',
    concerns: 'listed',
    params: nameParams,
    body: rotateTokenSchema,
    answers: { 201: { description: 'The new token', schema: rotatedTokenSchema } },
    keepAnswer: 'never',
    async handle({ params: { name }, body: { overlap, expiresIn }, actor, caller }) {
      const [old] = await readTokens(db, name);
      if (old === undefined) throw noValidToken(name);
      const expiresAt = endOf(expiresIn);
      // Who rotates it holds it: no way to a token that is more than one's own.
      assertNoStronger(caller, { ...old, expiresAt });
      const rotated = await rotateToken(db, { name, overlapMs: durationMs(overlap), expiresAt, actor });
      return { status: 201, body: { name, ...rotated } };
    },
  });
}

function revokeRoute({ db }: TokenRouteParts): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/tokens/{name}/revoke',
    operationId: 'revokeToken',
    summary: 'Make a token invalid for ever; its name is free again',
    role: 'admin',
    action: 'tokens',
    concerns: 'listed',
    params: nameParams,
    answers: { 200: { description: 'It is not valid any more', schema: revokedTokenSchema } },
    async handle({ params: { name }, actor, caller }) {
      for (const token of await readTokens(db, name)) {
        assertNoStronger({ ...caller, expiresAt: undefined }, token);
      }
      return { status: 200, body: { name, ...(await revokeToken(db, { name, actor })) } };
    },
  });
}

/** API tokens, for CI and for people with less than an admin's rights. */
export function tokenRoutes(parts: TokenRouteParts): Route[] {
  return [
    createRoute(parts),
    defineRoute({
      method: 'get',
      path: '/v1/tokens',
      operationId: 'listTokens',
      summary: 'List what is known of tokens, those that are not valid any more too; never the tokens',
      role: 'admin',
      action: 'tokens',
      concerns: 'all',
      query: pageQuerySchema,
      answers: { 200: { description: 'A page of tokens', schema: tokenPageSchema } },
      async handle({ query }) {
        return { status: 200, body: await listTokens(parts.db, query) };
      },
    }),
    rotateRoute(parts),
    revokeRoute(parts),
  ];
}
