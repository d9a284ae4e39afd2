import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

export type Schema = Record<string, unknown>;

/** The schemas that an OpenAPI document names under `components`, and the way to refer to them. */
export interface SchemaBook {
  /**
   * JSON Schema 2020-12 of a zod schema, as OpenAPI 3.1 has it. What has an id of its own (`.meta({ id })`) goes into
   * the book and is referred to: a `$ref` inside of a document is read from the document's root.
   */
  schemaOf(schema: z.ZodType, io: 'input' | 'output'): Schema;
  readonly schemas: Record<string, Schema>;
}

const localPrefix = '#/$defs/';

/** The same JSON with every reference to a local definition pointing into the document. */
function redirect(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redirect);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) =>
      key === '$ref' && typeof child === 'string' && child.startsWith(localPrefix)
        ? [key, `#/components/schemas/${child.slice(localPrefix.length)}`]
        : [key, redirect(child)],
    ),
  );
}

/** An empty book. Its `schemaOf` throws where two different schemas go by one name. */
export function createSchemaBook(): SchemaBook {
  const schemas: Record<string, Schema> = {};
  const enter = (name: string, schema: Schema): void => {
    const known = schemas[name];
    if (known !== undefined && !isDeepStrictEqual(known, schema))
      throw new Error(`Two different schemas are named ${name}.`);
    schemas[name] = schema;
  };
  return {
    schemas,
    schemaOf(schema, io) {
      const { $schema: _, ...whole } = z.toJSONSchema(schema, { io }) as Schema;
      const { $defs: definitions = {}, ...body } = redirect(whole) as Schema & {
        readonly $defs?: Record<string, Schema>;
      };
      for (const [name, definition] of Object.entries(definitions)) enter(name, definition);
      return body;
    },
  };
}
