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

const opening = /^---[ \t]*\r?\n/;
const [tab, lineFeed, carriageReturn, space] = [0x09, 0x0a, 0x0d, 0x20];

/** Characters of front matter: to read that many takes some 30 ms, in which a gateway answers nobody. */
const longestMatter = 16_000;

/** Throws `invalid_file` for a prompt whose front matter takes long to read. */
export function assertModestMatter(source: string): void {
  const { matter } = partsOf(source);
  if (matter === undefined || matter.length <= longestMatter) return;
  throw new SluiceError(
    'invalid_file',
    `The prompt's front matter has more than ${longestMatter} characters.`,
    {
      remedy: 'Keep name, description and input there, and move what is said to the model into the template.',
    },
  );
}

/** The template of a dotprompt source, whatever its front matter is. */
export function templateOf(source: string): string {
  return partsOf(source).template;
}

function partsOf(source: string): { readonly matter: string | undefined; readonly template: string } {
  const from = opening.exec(source)?.[0].length;
  if (from === undefined) return { matter: undefined, template: source };
  for (let at = from; at <= source.length;) {
    const found = source.indexOf('\n', at);
    const end = found === -1 ? source.length : found;
    const closing = closingBefore(source, from, found === -1 ? end : withoutReturn(source, from, end));
    if (closing !== undefined)
      return {
        matter: source.slice(from, withoutBreak(source, from, closing)),
        template: source.slice(end + 1).trim(),
      };
    at = end + 1;
  }
  return { matter: undefined, template: source };
}

/** Where the three dashes stand that end there, but for blanks; undefined where none do. */
function closingBefore(source: string, from: number, end: number): number | undefined {
  let at = end;
  while (at > from && isBlank(source.charCodeAt(at - 1))) at -= 1;
  return at - 3 >= from && source.startsWith('---', at - 3) ? at - 3 : undefined;
}

function withoutReturn(source: string, from: number, end: number): number {
  return end > from && source.charCodeAt(end - 1) === carriageReturn ? end - 1 : end;
}

function withoutBreak(source: string, from: number, end: number): number {
  const isBreak = end > from && source.charCodeAt(end - 1) === lineFeed;
  return withoutReturn(source, from, isBreak ? end - 1 : end);
}

function isBlank(code: number): boolean {
  return code === space || code === tab;
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
