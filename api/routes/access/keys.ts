import type { Pool } from 'pg';
import { z } from 'zod';
import { createKey } from '../../../config-store/tokens/create-key.ts';
import { listKeys } from '../../../config-store/tokens/list-keys.ts';
import { revokeKey } from '../../../config-store/tokens/revoke-key.ts';
import { nameSchema } from '../../../domain/revision/names.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import {
  createdKeySchema,
  createKeySchema,
  keyPageSchema,
  keyQuerySchema,
  revokedKeySchema,
} from '../../schemas/keys.ts';

/** Keys that applications show to gateways: whose calls, reports and readers of prompts these are. */
export function keyRoutes({ db }: { readonly db: Pool }): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/keys',
      operationId: 'createKey',
      summary: 'Make a key for callers of gateways; a name makes one only, until it is revoked',
      role: 'admin',
      action: 'keys',
      concerns: 'all',
      body: createKeySchema,
      answers: { 201: { description: 'The key', schema: createdKeySchema } },
      keepAnswer: 'never',
      async handle({ body, actor }) {
        const { id, key } = await createKey(db, { ...body, actor });
        return { status: 201, body: { id, name: body.name, key } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/keys',
      operationId: 'listKeys',
      summary: 'List gateway keys by name, revoked ones too; never the keys',
      role: 'operator',
      action: 'keys',
      concerns: 'all',
      query: keyQuerySchema,
      answers: { 200: { description: 'A page of keys', schema: keyPageSchema } },
      async handle({ query }) {
        return { status: 200, body: await listKeys(db, query) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/v1/keys/{name}/revoke',
      operationId: 'revokeKey',
      summary: 'Make a gateway key invalid for ever; gateways know it with their next poll',
      role: 'operator',
      action: 'keys',
      concerns: 'all',
      params: z.object({ name: nameSchema }),
      answers: { 200: { description: 'It is not valid any more', schema: revokedKeySchema } },
      async handle({ params: { name }, actor }) {
        return { status: 200, body: { name, ...(await revokeKey(db, { name, actor })) } };
      },
    }),
  ];
}
