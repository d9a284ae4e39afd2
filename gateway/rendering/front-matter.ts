import { picoschema } from 'dotprompt';
import { parse } from 'yaml';
import { z } from 'zod';
import { messageOf, SluiceError } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';

/** What a prompt says of its variables. */
export interface PromptInput {
  /** Names that may be given; `undefined`: the prompt has no schema, and takes everything. */
  readonly declared: ReadonlySet<string> | undefined;
  readonly required: readonly string[];
  readonly defaults: JsonObject;
  /** The JSON Schema, for tools that compare prompts. */
  readonly schema: JsonObject | undefined;
}

const jsonObject = z.record(z.string(), z.json());
const frontMatterSchema = z.strictObject({
  name: z.string().optional(),
  description: z.string().optional(),
  variant: z.string().optional(),
  version: z.union([z.string(), z.number()]).optional(),
  input: z.strictObject({ schema: z.json().optional(), default: jsonObject.optional() }).optional(),
});
const objectSchema = z.looseObject({
  properties: jsonObject.optional(),
  required: z.array(z.string()).optional(),
  additionalProperties: z.json().optional(),
});

const frontMatterAndBody = /^---[ \t]*\r?\n([\s\S]*?)\r?\n?---[ \t]*(?:\r?\n([\s\S]*))?$/;

/** The template of a dotprompt source, whatever its front matter is. */
export function templateOf(source: string): string {
  return partsOf(source).template;
}

function partsOf(source: string): { readonly matter: string | undefined; readonly template: string } {
  const match = frontMatterAndBody.exec(source);
  if (match === null) return { matter: undefined, template: source };
  return { matter: match[1] ?? '', template: (match[2] ?? '').trim() };
}

/** Splits a dotprompt source into its front matter and its template. Throws `invalid_file` for YAML that is none. */
export function splitSource(source: string): { readonly frontMatter: unknown; readonly template: string } {
  const { matter, template } = partsOf(source);
  if (matter === undefined) return { frontMatter: {}, template };
  try {
    return { frontMatter: parse(matter) ?? {}, template };
  } catch (cause) {
    throw new SluiceError('invalid_file', `The prompt's front matter is no YAML: ${messageOf(cause)}`, {
      remedy: 'Correct the part between the two lines of dashes.',
      cause,
    });
  }
}

/** Reads a prompt's front matter. Throws `invalid_file` for keys and schemas that would not be followed. */
export async function readFrontMatter(frontMatter: unknown): Promise<PromptInput> {
  const parsed = frontMatterSchema.safeParse(frontMatter);
  if (!parsed.success) {
    throw new SluiceError('invalid_file', `The prompt's front matter: ${z.prettifyError(parsed.error)}`, {
      remedy:
        'Keep name, description and input there; model, parameters, tools and formats belong in sluice.yaml.',
    });
  }
  const { schema, default: defaults = {} } = parsed.data.input ?? {};
  if (schema === undefined || schema === null)
    return { declared: undefined, required: [], defaults, schema: undefined };
  const json = await jsonSchemaOf(schema);
  const object = objectSchema.parse(json);
  const open = object.additionalProperties !== undefined && object.additionalProperties !== false;
  return {
    declared: open ? undefined : new Set(Object.keys(object.properties ?? {})),
    required: object.required ?? [],
    defaults,
    schema: json,
  };
}

async function jsonSchemaOf(schema: unknown): Promise<JsonObject> {
  try {
    // Dropping what is `undefined`, which dotprompt leaves in.
    return jsonObject.parse(JSON.parse(JSON.stringify(await picoschema(schema))));
  } catch (cause) {
    throw new SluiceError(
      'invalid_file',
      `The prompt's input schema is not understood: ${messageOf(cause)}`,
      {
        remedy: 'Write Picoschema or JSON Schema under input.schema.',
        cause,
      },
    );
  }
}
