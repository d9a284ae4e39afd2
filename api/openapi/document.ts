import type { z } from 'zod';
import type { JsonObject } from '../../domain/json.ts';
import { needsSentence } from './needs-sentence.ts';
import type { EventRoute, PublicRoute, Route } from '../http/route.ts';
import { problemSchema } from '../schemas/shared.ts';
import { createSchemaBook, type Schema, type SchemaBook } from './schema-book.ts';

const failures: Record<number, string> = {
  400: 'The request does not say what it must',
  401: 'No valid token',
  403: "The token's role does not reach",
  404: 'There is no such thing',
  409: 'The state moved, or the app is busy',
  413: 'The body is too large',
  429: 'Too many requests',
  500: 'Something went wrong inside',
  503: 'The database or Temporal is away: state unknown',
};

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key acts once; a repeat is answered as the first was',
  schema: { type: 'string', minLength: 1, maxLength: 200 },
};

function parametersOf(book: SchemaBook, schema: z.ZodType | undefined, where: 'path' | 'query'): Schema[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = book.schemaOf(schema, 'input') as {
    readonly properties?: Record<string, Schema>;
    readonly required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    ...(property['description'] === undefined ? {} : { description: property['description'] }),
    schema: property,
  }));
}

function content(mediaType: string, schema: Schema): Schema {
  return { [mediaType]: { schema } };
}

function responsesOf(
  book: SchemaBook,
  answers: Record<string, { readonly description: string; readonly content: Schema }>,
) {
  const problem = content('application/problem+json', book.schemaOf(problemSchema, 'output'));
  const failed = Object.entries(failures).map(([status, description]) => [
    status,
    { description, content: problem },
  ]);
  return { ...answers, ...(Object.fromEntries(failed) as Schema) };
}

function answersOf(book: SchemaBook, answers: Route['answers']) {
  const described = Object.entries(answers).map(([status, { description, schema }]) => [
    status,
    { description, content: content('application/json', book.schemaOf(schema, 'output')) },
  ]);
  return responsesOf(
    book,
    Object.fromEntries(described) as Record<
      string,
      { readonly description: string; readonly content: Schema }
    >,
  );
}

function bodyOf(book: SchemaBook, body: z.ZodType | undefined): Schema {
  if (body === undefined) return {};
  return {
    requestBody: { required: true, content: content('application/json', book.schemaOf(body, 'input')) },
  };
}

function operationOf(book: SchemaBook, route: Route): Schema {
  return {
    operationId: route.operationId,
    summary: route.summary,
    description: needsSentence(route),
    parameters: [
      ...parametersOf(book, route.params, 'path'),
      ...parametersOf(book, route.query, 'query'),
      ...(route.method === 'post' && route.keepAnswer !== 'never' ? [idempotencyKey] : []),
    ],
    ...bodyOf(book, route.body),
    responses: answersOf(book, route.answers),
  };
}

function eventOperationOf(book: SchemaBook, route: EventRoute): Schema {
  return {
    operationId: route.operationId,
    summary: route.summary,
    description: `${route.description} ${needsSentence(route)}`,
    parameters: parametersOf(book, route.params, 'path'),
    responses: responsesOf(book, {
      200: {
        description: 'The data of each event',
        content: content('text/event-stream', book.schemaOf(route.event, 'output')),
      },
    }),
  };
}

function publicOperationOf(book: SchemaBook, route: PublicRoute): Schema {
  return {
    operationId: route.operationId,
    summary: route.summary,
    description: 'Needs no token.',
    security: [],
    parameters: [],
    ...bodyOf(book, route.body),
    responses: answersOf(book, route.answers),
  };
}

/** The OpenAPI 3.1 document of a table of routes. */
export function openApiDocument({
  routes,
  publicRoutes,
  eventRoutes,
  version,
}: {
  readonly routes: readonly Route[];
  readonly publicRoutes: readonly PublicRoute[];
  readonly eventRoutes: readonly EventRoute[];
  readonly version: string;
}): JsonObject {
  const book = createSchemaBook();
  const paths: Record<string, Schema> = {};
  for (const route of routes)
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(book, route) };
  for (const route of publicRoutes)
    paths[route.path] = { ...paths[route.path], post: publicOperationOf(book, route) };
  for (const route of eventRoutes)
    paths[route.path] = { ...paths[route.path], get: eventOperationOf(book, route) };
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'Sluice',
      version,
      description: 'Progressive delivery for LLM changes: the control plane.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: book.schemas,
    },
  };
  // JSON by what it is made of; optional fields keep its type from saying so.
  return document as unknown as JsonObject;
}
