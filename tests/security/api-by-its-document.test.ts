import fc from 'fast-check';
import { useApi } from '../../api/test-fixtures/api-under-test.ts';
import { anyRequest, malformedRequests, sendRaw } from '../support/malformed-requests.ts';

const api = useApi();
const isFull = process.env['SLUICE_SECURITY'] === 'full';
const requests = isFull ? 10_000 : 300;

interface Schema {
  $ref?: string;
  anyOf?: Schema[];
  oneOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
}
interface Operation {
  parameters?: { in: string; name: string }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

const odd: readonly unknown[] = [
  ...[
    '\ud800',
    '\u0000',
    'constructor',
    '__proto__',
    'toString',
    "' or 1=1",
    'x'.repeat(5_000),
    '../..',
    '%00',
  ],
  ...[-1, 1e308, 2 ** 53, null, [], {}, { a: 1 }, true, '2026-99-99', `rev_${'a'.repeat(64)}`],
];
const names = ['my-app', 'production', 'x', 'constructor', '__proto__', 'a%00', '\u0000'];
const wholes = [
  `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
  '[',
  '{"__proto__":{}}',
  '{"a":1e999}',
  '"\\ud800"',
];

/** The same numbers at every run (a linear congruential generator). */
let state = 7;
const random = (): number => (state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32;
function pick<T>(items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('There is nothing to pick from.');
  return item;
}

function valueOf(document: Document, schema: Schema | undefined, depth = 0): unknown {
  if (schema === undefined || depth > 5 || random() < 0.25) return pick(odd);
  if (schema.$ref !== undefined)
    return valueOf(document, document.components.schemas[schema.$ref.split('/').at(-1) ?? ''], depth + 1);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return valueOf(document, pick(choices), depth + 1);
  if (schema.enum !== undefined) return pick(schema.enum);
  if (schema.const !== undefined) return schema.const;
  if (schema.type === 'array') return [valueOf(document, schema.items, depth + 1)];
  if (schema.type !== 'object') return pick([...names, 0, 1, true, ...odd]);
  const fields = Object.entries(schema.properties ?? {}).filter(
    ([name]) => schema.required?.includes(name) === true || random() < 0.7,
  );
  return Object.fromEntries(fields.map(([name, field]) => [name, valueOf(document, field, depth + 1)]));
}

function bodyOf(document: Document, operation: Operation): string {
  if (random() < 0.1) return pick(wholes);
  const schema = operation.requestBody?.content['application/json']?.schema;
  return JSON.stringify(valueOf(document, schema));
}

it('answers whatever fits its document, or nearly does, with no error of its own', async () => {
  const document = (await (await fetch(`${api.url}/openapi.json`)).json()) as Document;
  const operations = Object.entries(document.paths)
    .filter(([path]) => !path.endsWith('/events'))
    .flatMap(([path, methods]) => Object.entries(methods).map(([method, each]) => ({ path, method, each })));
  const broken: unknown[] = [];
  for (let k = 0; k < requests; k += 1) {
    const { path, method, each } = pick(operations);
    const place = path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(pick(names)));
    const query = (each.parameters ?? [])
      .filter((parameter) => parameter.in === 'query')
      .map(({ name }) => `${name}=${encodeURIComponent(JSON.stringify(pick(odd)))}`);
    const body = method === 'post' ? { body: bodyOf(document, each) } : {};
    const answer = await fetch(`${api.url}${place}?${query.join('&')}`, {
      method: method.toUpperCase(),
      headers: { authorization: `Bearer ${api.tokens.admin}`, 'content-type': 'application/json' },
      ...body,
    });
    if (answer.status >= 500 && answer.status !== 503) broken.push([answer.status, method, place, body]);
    await answer.arrayBuffer();
  }
  expect(broken).toEqual([]);
}, 600_000);

it('answers raw requests that are none with no error of its own', async () => {
  const broken: unknown[] = [];
  const send = async (request: Buffer): Promise<void> => {
    const statuses = await sendRaw(api.url, request);
    if (statuses.some((status) => status >= 500 && status !== 503))
      broken.push([statuses, request.toString('latin1', 0, 200)]);
  };
  for (const request of malformedRequests) await send(request);
  await fc.assert(fc.asyncProperty(anyRequest, send), { numRuns: isFull ? 400 : 40 });
  expect(broken).toEqual([]);
  expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
});
