import fc from 'fast-check';
import { z } from 'zod';
import { keyFor, createApp, useGateways } from '../../gateway/test-fixtures/use-gateways.ts';

const gateways = useGateways();
const isFull = process.env['SLUICE_SECURITY'] === 'full';
const count = isFull ? 10_000 : 300;

type Schema = Readonly<Record<string, unknown>>;

/** A value that a JSON Schema describes, or now and then anything at all in its place. */
function valueOf(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  const anything = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>;
  return fc.oneof({ weight: 12, arbitrary: rightValueOf(schema, depth) }, { weight: 1, arbitrary: anything });
}

const texts = fc.oneof(
  fc.constantFrom(
    'text',
    'hello',
    'auto',
    'function',
    'image_url',
    'tool_use',
    '__proto__',
    '\ud800',
    '\u0000',
    '{{x}}',
  ),
  fc.string({ maxLength: 20, unit: 'binary' }),
);

function rightValueOf(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const options = (schema['anyOf'] ?? schema['oneOf']) as Schema[] | undefined;
  if (options !== undefined) return fc.oneof(...options.map((option) => valueOf(option, depth)));
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  switch (schema['type']) {
    case 'string':
      return texts;
    case 'integer':
      return fc.oneof(fc.integer({ min: -2, max: 2_000 }), fc.maxSafeInteger());
    case 'number':
      return fc.oneof(fc.double({ min: -1, max: 100, noNaN: true }), fc.constantFrom(1e308, -0, 1e-320));
    case 'boolean':
      return fc.boolean();
    case 'array': {
      const items = (schema['items'] ?? {}) as Schema;
      return depth > 4 ? fc.constant([]) : fc.array(valueOf(items, depth + 1), { maxLength: 3 });
    }
    case 'object':
      return objectOf(schema, depth);
    default:
      return fc.jsonValue({ maxDepth: 3 });
  }
}

function objectOf(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const required = (schema['required'] ?? []) as string[];
  const undescribed = Object.fromEntries(required.map((name) => [name, {}])); // May be anything.
  const properties = { ...undescribed, ...(schema['properties'] as Record<string, Schema> | undefined) };
  const described = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, valueOf(each, depth + 1)])),
    { requiredKeys: required },
  );
  const names = fc.constantFrom(
    'type',
    'text',
    'role',
    'name',
    'id',
    'function',
    'input',
    'constructor',
    'x',
  );
  const more = fc.dictionary(names, fc.oneof(texts, fc.jsonValue({ maxDepth: 2 })), { maxKeys: 3 });
  return fc
    .tuple(described, more, fc.boolean())
    .map(([one, other, mixed]) => (mixed ? { ...other, ...one } : one));
}

const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        requestBody: z
          .object({
            content: z.object({
              'application/json': z.object({ schema: z.record(z.string(), z.unknown()) }),
            }),
          })
          .optional(),
      }),
    ),
  ),
});

const headerNames = [
  ...['x-sluice-subject', 'x-sluice-conversation', 'x-sluice-assignment', 'x-sluice-sample', 'x-sluice-pin'],
  ...['x-sluice-target', 'x-stainless-retry-count', 'anthropic-beta', 'traceparent', 'idempotency-key'],
];
const headerValue = fc.oneof(
  fc.constantFrom('1', '-1', 'never', 'x.y', 'NaN', 'a'.repeat(3_000)),
  fc.string({ maxLength: 12 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, '').trim()),
);

/** Where a body says the app by that name; elsewhere it is the model. */
const namedIn = new Set(['/v1/assign', '/v1/split/acks']);

/** All of an answer; of a stream that goes on what comes first. */
async function beginningOf(response: Response): Promise<string> {
  if (!response.ok || new URL(response.url).pathname !== '/v1/split') return response.text();
  const reader = response.body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return Buffer.from(first?.value ?? []).toString();
}

it(
  `answers ${count} requests of its own document without a fault of its own, with and without keys`,
  async () => {
    const { db } = gateways.stage;
    const { app } = await createApp(db, {
      caller: ['tools', 'tool_choice', 'response_format', 'stop', 'stream', 'metadata', 'system', 'seed'],
    });
    const key = await keyFor(db, app);
    const faults: unknown[] = [];
    const { url, adminUrl } = await gateways.start();
    const { paths } = documentSchema.parse(await (await fetch(`${adminUrl}/openapi.json`)).json());
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { requestBody }]) => ({
        path,
        method,
        schema: requestBody?.content['application/json'].schema,
      })),
    );
    expect(operations.map(({ path }) => path).sort()).toEqual(
      [
        '/healthz',
        '/readyz',
        '/v1/assign',
        '/v1/chat/completions',
        '/v1/embeddings',
        '/v1/feedback',
        '/v1/messages',
        '/v1/models',
        '/v1/outcomes',
        '/v1/responses',
        '/v1/split',
        '/v1/split/acks',
      ].sort(),
    );
    const request = fc.constantFrom(...operations).chain(({ path, method, schema }) =>
      fc.record({
        path: fc.constant(path),
        method: fc.constant(method.toUpperCase()),
        // Most name the app: what does not is refused at the door.
        body: schema === undefined ? fc.constant(undefined) : valueOf(schema),
        namesApp: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
        keyed: fc.boolean(),
        headers: fc.dictionary(fc.constantFrom(...headerNames), headerValue, { maxKeys: 3 }),
      }),
    );
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(request, async ({ path, method, body, namesApp, keyed, headers }) => {
        const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
        const named = isObject && namesApp ? { ...body, [namedIn.has(path) ? 'app' : 'model']: app } : body;
        const query = path === '/v1/split' && namesApp ? `?app=${app}` : '';
        const init = {
          method,
          headers: { 'content-type': 'application/json', ...headers, ...(keyed ? key.headers : {}) },
          ...(method === 'GET' ? {} : { body: named === undefined ? '' : JSON.stringify(named) }),
        };
        const response = await fetch(url + path + query, init);
        const text = await beginningOf(response);
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
        // 502 and 503 come from providers that refuse what was asked; a fault of ours is a 500.
        if (response.status === 500 || text.includes('Something went wrong inside'))
          faults.push({ path, named, headers, text });
        return response.status !== 500;
      }),
      { numRuns: count },
    );
    expect(faults).toEqual([]);
    expect(statuses.get(200) ?? 0).toBeGreaterThan(count / 20);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
    expect([...metrics.matchAll(/^sluice_survived_faults_total.* (\d+)$/gmu)].map(([, n]) => n)).toEqual([
      '0',
      '0',
    ]);
  },
  isFull ? 1_200_000 : 120_000,
);
