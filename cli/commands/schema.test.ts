import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { z } from 'zod';
import { guardrails } from '../../domain/guardrail/registry.ts';
import { assertionKinds } from '../../domain/evaluation/suite.ts';
import { sluice } from '../test-fixtures/sluice.ts';
import { fileSchema } from './schema.ts';

const reference = join(import.meta.dirname, '../../docs/reference');

describe('the published schemas', () => {
  it.each([
    ['sluice', 'sluice.schema.json'],
    ['environments', 'sluice.environments.schema.json'],
    ['policy', 'sluice.policy.schema.json'],
  ])(
    'of %s is what `sluice schema` prints; write it anew with `sluice schema --of %s`',
    async (name, file) => {
      const { stdout } = await sluice(['schema', '--of', name], { cwd: reference });
      expect(readFileSync(join(reference, file), 'utf8')).toBe(stdout);
    },
  );

  it.each([
    ['examples/bank-support/sluice.yaml', 'sluice' as const],
    ['sluice.environments.example.yaml', 'environments' as const],
  ])('accept %s', (file, name) => {
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(fileSchema(name));
    validate(parse(readFileSync(join(reference, '../..', file), 'utf8'), { merge: true }));
    expect(validate.errors).toBeNull();
  });

  it('refuse what is wrong', () => {
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(fileSchema('sluice'));
    expect(validate({ app: 'a', revision: { chain: [] } })).toBe(false);
    expect(validate({ app: 'a', revision: { chain: [{ provider: 'p', model: 'm' }], prompt: 'x' } })).toBe(
      false,
    );
  });
});

const node = z.looseObject({
  properties: z.record(z.string(), z.looseObject({ default: z.json().optional() })).optional(),
  required: z.array(z.string()).optional(),
});

/** The part of a schema at a path as the page's headings have it: `plans.*.steps[]`, `revision.retrieval[by=gateway]`. */
function partAt(path: string): z.infer<typeof node> {
  const steps = path === '.' ? [] : path.split('.').flatMap((step) => step.split(/(?=\[)/));
  const part = steps.reduce<unknown>((at, step) => descend(object(at), step), fileSchema('sluice'));
  return node.parse(object(part));
}

const schemaPart = z.record(z.string(), z.unknown());

/** What is one of several things is looked at as the object among them. */
function object(part: unknown): Record<string, unknown> {
  const { anyOf } = z.looseObject({ anyOf: z.array(schemaPart).optional() }).parse(part);
  return anyOf?.find(({ type }) => type === 'object') ?? schemaPart.parse(part);
}

function descend(part: Record<string, unknown>, step: string): unknown {
  if (step === '[]') return part['items'];
  if (step === '*') return part['additionalProperties'];
  const by = /^\[by=(\w+)\]$/.exec(step)?.[1];
  if (by === undefined) return schemaPart.parse(part['properties'])[step];
  return z
    .array(schemaPart)
    .parse(part['oneOf'] ?? part['anyOf'])
    .find((each) => JSON.stringify(each).includes(`"const":"${by}"`));
}

const page = readFileSync(join(reference, 'sluice-yaml.md'), 'utf8');
const sections = page
  .split('\n## `')
  .slice(1)
  .map((section) => {
    const [path = '', text = ''] = section.split(/`\n([\s\S]*)/);
    const rows =
      text
        .split('\n# ')[0]
        ?.split('\n')
        .filter((line) => line.startsWith('| `')) ?? [];
    const fields = rows.map((row) => row.slice(2, -2).split(' | '));
    return {
      path,
      fields: fields.map(([name = '', byDefault = '']) => ({ name: name.replaceAll('`', ''), byDefault })),
    };
  });

describe('docs/reference/sluice-yaml.md', () => {
  it.each(sections)('lists the fields of $path with their defaults', ({ path, fields }) => {
    const { properties = {}, required = [] } = partAt(path);
    expect(fields.map(({ name }) => name).sort()).toEqual(Object.keys(properties).sort());
    for (const { name, byDefault } of fields) {
      const value = properties[name]?.default;
      expect([name, byDefault === 'required']).toEqual([name, required.includes(name)]);
      const written = /^`(.*)`$/.exec(byDefault)?.[1];
      // Defaults that are in words are those of what has a section of its own.
      if (written !== undefined || typeof value !== 'object')
        expect([name, parse(written ?? '')]).toEqual([name, value ?? null]);
    }
  });

  it('has a section for every object of the schema that is not the same as another', () => {
    const paths = sections.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(objectsOf(fileSchema('sluice'), '')));
  });

  it('says of every guardrail which requests are bad', () => {
    for (const { name, words, offByDefault, onlyNamed } of guardrails) {
      const byDefault = offByDefault === true ? 'none' : '`{}`';
      const row = `| \`${name}\` | ${byDefault} | ${words.bad} |`;
      expect(page).toContain(onlyNamed === true ? `- \`${name}\`: ${words.bad}` : row);
    }
  });

  it('lists every type of assertion', () => {
    const listed = page.split('\n# Suites\n')[1]?.match(/^\| `[a-z-]+` /gm) ?? [];
    expect(listed.map((row) => row.slice(3, -2))).toEqual(assertionKinds);
  });
});

/** Told where they stand for the first time, or in one sentence. */
const same = [
  'revision.chain[].timeouts',
  'plans.*.evaluate',
  'plans.*.mirror',
  'plans.*.guardrails.errors',
  'plans.*.guardrails.tokens',
  'plans.*.guardrails.refused',
  'plans.*.guardrails.slowdown.scope',
  'plans.*.guardrails.cost.scope',
  'plans.*.guardrails.truncated.scope',
  'plans.*.guardrails.invalid-format',
];

function objectsOf(part: unknown, path: string): string[] {
  const { properties = {} } = node.parse(object(part));
  const inner = Object.entries(properties).flatMap(([name, value]) => {
    const at = path === '' ? name : `${path}.${name}`;
    const child = z
      .looseObject({ items: z.unknown().optional(), additionalProperties: z.unknown().optional() })
      .parse(object(value));
    const below = [
      [at, value],
      [`${at}[]`, child.items],
      [`${at}.*`, child.additionalProperties],
    ] as const;
    return below.flatMap(([where, what]) =>
      what === undefined || typeof what === 'boolean' || same.includes(where) ? [] : objectsOf(what, where),
    );
  });
  return Object.keys(properties).length === 0 ? inner : [path === '' ? '.' : path, ...inner];
}
