import { z } from 'zod';
import type { JsonObject } from '../../domain/json.ts';
import type { Route } from '../route.ts';
import { problemSchema } from '../schemas/shared.ts';

type Schema = Record<string, unknown>;

const failures: Record<number, string> = {
  400: 'The request does not say what it must',
  401: 'No valid token',
  403: "The token's role does not reach",
  404: 'There is no such thing',
  409: 'The state moved, or the app is busy',
  413: 'The body is too large',
  503: 'The database or Temporal is away: state unknown',
};

/** JSON Schema 2020-12 of a zod schema, as OpenAPI 3.1 has it. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Schema {
  const {
    $schema: _,
    $defs: definitions,
    ...body
  } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Schema;
  return definitions === undefined ? body : { ...body, $defs: definitions };
}

function parametersOf(schema: z.ZodType | undefined, where: 'path' | 'query'): Schema[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, Schema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    ...(property['description'] === undefined ? {} : { description: property['description'] }),
    schema: property,
  }));
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key acts once; a repeat is answered as the first was',
  schema: { type: 'string', maxLength: 200 },
};

function operationOf(route: Route): Schema {
  const json = (schema: Schema) => ({ 'application/json': { schema } });
  const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return {
    operationId: route.operationId,
    summary: route.summary,
    description: `Needs the role \`${route.role}\`.`,
    parameters: [
      ...parametersOf(route.params, 'path'),
      ...parametersOf(route.query, 'query'),
      ...(route.method === 'post' ? [idempotencyKey] : []),
    ],
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: json(schemaOf(route.body, 'input')) } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.answers).map(([status, answer]) => [
          status,
          { description: answer.description, content: json(schemaOf(answer.schema, 'output')) },
        ]),
      ),
      ...Object.fromEntries(
        Object.entries(failures).map(([status, description]) => [status, { description, content: problem }]),
      ),
    },
  };
}

/** The OpenAPI 3.1 document of a table of routes. */
export function openApiDocument(routes: readonly Route[], version: string): JsonObject {
  const paths: Record<string, Schema> = {};
  for (const route of routes)
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'Sluice',
      version,
      description: 'Progressive delivery for LLM changes: the control plane.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: schemaOf(problemSchema, 'output') },
    },
  };
  return document as unknown as JsonObject;
}
