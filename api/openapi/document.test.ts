import { Ajv2020 } from 'ajv/dist/2020.js';
import { roles } from '../../domain/access/roles.ts';
import { apiRoutes } from '../routes/index.ts';
import { openApiDocument } from './document.ts';

interface Operation {
  operationId: string;
  description: string;
  security?: object[];
  parameters: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { content: object };
  responses: Record<string, { description: string; content: Record<string, { schema: object }> }>;
}

// The table alone is looked at here: nothing of what it is made over is touched.
const table = apiRoutes({
  environments: [],
  subjectKeys: [],
  webhooks: [],
  db: undefined as never,
  workflows: undefined as never,
  feed: undefined as never,
  board: undefined as never,
  oidc: { issuers: new Map(), keysOf: undefined as never },
});
const document = openApiDocument({ ...table, version: '1.2.3' }) as unknown as {
  openapi: string;
  info: object;
  security: object[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; securitySchemes: object };
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

/** Every value in the document that stands under a key. */
function valuesOf(key: string, value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => [
    ...(name === key ? [child as unknown] : []),
    ...valuesOf(key, child),
  ]);
}

it('is an OpenAPI 3.1 document with the parts that it must have', () => {
  expect(document).toMatchObject({
    openapi: '3.1.0',
    info: { title: 'Sluice', version: '1.2.3' },
    security: [{ token: [] }],
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  });
});

it('has every operation, under an id of its own', () => {
  const listed = operations.map(({ path, method }) => `${method} ${path}`);
  expect(listed).toEqual(
    expect.arrayContaining([
      ...['post /v1/apps', 'get /v1/apps', 'get /v1/apps/{app}', 'get /v1/apps/{app}/active'],
      ...['post /v1/apps/{app}/rollback', 'post /v1/revisions', 'post /v1/releases', 'get /v1/releases'],
      ...['get /v1/releases/{id}', 'get /v1/releases/{id}/events', 'get /v1/audit'],
      ...['pause', 'resume', 'abort', 'promote'].map((kind) => `post /v1/releases/{id}/${kind}`),
    ]),
  );
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

it.each(operations.map((entry) => [entry.operation.operationId, entry] as const))(
  '%s names its path parameters, whose it is, and what it answers',
  (_id, { path, operation }) => {
    const inPath = operation.parameters.filter((parameter) => parameter.in === 'path');
    expect(inPath.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
    expect(inPath.every(({ required }) => required)).toBe(true);
    const needs = operation.security === undefined ? roles.map((role) => `role \`${role}\``) : ['no token'];
    expect(needs.some((need) => operation.description.includes(need))).toBe(true);
    const statuses = Object.keys(operation.responses);
    expect(statuses).toEqual(expect.arrayContaining(['400', '401', '403', '409', '503']));
    expect(statuses.some((status) => status.startsWith('2'))).toBe(true);
    for (const { description, content } of Object.values(operation.responses)) {
      expect(description).not.toBe('');
      expect(Object.values(content).every(({ schema }) => typeof schema === 'object')).toBe(true);
    }
  },
);

it('refers only to schemas that it has', () => {
  const references = new Set(valuesOf('$ref', document) as string[]);
  expect([...references].every((reference) => reference.startsWith('#/components/schemas/'))).toBe(true);
  const named = [...references].map((reference) => reference.slice('#/components/schemas/'.length));
  expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining(named));
  expect(named).toEqual(expect.arrayContaining(['Problem', 'ReleaseDetail', 'Active', 'CommandResult']));
});

it('has only schemas that are valid JSON Schema 2020-12', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const schemas = [
    ...valuesOf('schema', document.paths),
    ...Object.values(document.components.schemas),
  ] as object[];
  for (const schema of schemas) expect(ajv.validateSchema(schema)).toBe(true);
});

it('has no key of JSON Schema that OpenAPI has no room for outside of schemas', () => {
  expect(valuesOf('$defs', document)).toEqual([]);
});
