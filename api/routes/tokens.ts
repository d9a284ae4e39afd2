import type { Pool } from 'pg';
import { z } from 'zod';
import { createToken } from '../../config-store/create-token.ts';
import { listTokens } from '../../config-store/list-tokens.ts';
import { revokeToken } from '../../config-store/revoke-token.ts';
import { nameSchema } from '../../domain/names.ts';
import { defineRoute, type Route } from '../route.ts';
import { pageQuerySchema } from '../schemas/shared.ts';
import {
  createdTokenSchema,
  createTokenSchema,
  revokedTokenSchema,
  tokenPageSchema,
} from '../schemas/tokens.ts';

/** API tokens, for CI and for people with less than an admin's rights. */
export function tokenRoutes({ db }: { db: Pool }): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/tokens',
      operationId: 'createToken',
      summary: 'Make a token with a role; a name makes one only',
      role: 'admin',
      body: createTokenSchema,
      answers: { 201: { description: 'The token', schema: createdTokenSchema } },
      keepAnswer: 'never',
      async handle({ body: { name, role }, actor }) {
        return { status: 201, body: { name, role, ...(await createToken(db, { name, role, actor })) } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/tokens',
      operationId: 'listTokens',
      summary: 'List the names and roles of tokens, revoked ones too; never the tokens',
      role: 'admin',
      query: pageQuerySchema,
      answers: { 200: { description: 'A page of tokens', schema: tokenPageSchema } },
      async handle({ query }) {
        return { status: 200, body: await listTokens(db, query) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/v1/tokens/{name}/revoke',
      operationId: 'revokeToken',
      summary: 'Make a token invalid for ever',
      role: 'admin',
      params: z.object({ name: nameSchema }),
      answers: { 200: { description: 'It is not valid any more', schema: revokedTokenSchema } },
      async handle({ params: { name }, actor }) {
        return { status: 200, body: { name, ...(await revokeToken(db, { name, actor })) } };
      },
    }),
  ];
}
