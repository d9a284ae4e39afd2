import { extname } from 'node:path';
import { messageOf } from '../../domain/errors.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { hasTemplate, interpolate } from './interpolate.ts';
import { parseLocatedYaml } from './located-yaml.ts';
import { referencedFile, type ReadText } from './raw-tests.ts';
import { splitTexts } from './split-texts.ts';

export interface ValueContext {
  readonly vars: JsonObject;
  /** Relative to which `file://` is meant. */
  readonly file: string;
  readonly readText: ReadText;
  /** The test stands in a YAML or JSON file of its own, whose references promptfoo reads in another way. */
  readonly inOtherFile: boolean;
}

export type CompletedValue =
  | { readonly kind: 'value'; readonly value: JsonValue | undefined }
  | { readonly kind: 'problem'; readonly message: string };

type Loaded =
  | { readonly kind: 'value'; readonly value: JsonValue }
  | { readonly kind: 'problem'; readonly message: string };

/**
 * The value of an assertion, to the letter as promptfoo reads it: a file's content instead of `file://…` (a text without
 * spaces and line ends around it), variables put into texts, and a list instead of a text of texts. What promptfoo reads
 * in two ways, and what it takes in besides, is a problem and never read as something else.
 */
export async function completeValue(assertion: JsonObject, context: ValueContext): Promise<CompletedValue> {
  const { type, value } = assertion;
  const kind = typeof type === 'string' ? type.replace(/^not-/, '') : '';
  if (value === undefined) return { kind: 'value', value };
  if (value === null) return problem('is empty: write what it must be, or "null" in quotes');
  if (kind === 'starts-with' && typeof value === 'number') return problem('is a number: write it in quotes');
  if (typeof value === 'string') {
    const completed = await completeText(value, context);
    return completed.kind === 'problem' ? completed : readAs(kind, completed.value);
  }
  if (Array.isArray(value)) return completeList(value as readonly JsonValue[], context);
  const nested = textsOf(value).find((text) => text.startsWith('file://'));
  return nested === undefined
    ? { kind: 'value', value }
    : problem(`has ${nested} inside: only the whole value can be in a file`);
}

async function completeList(list: readonly JsonValue[], context: ValueContext): Promise<CompletedValue> {
  const value: JsonValue[] = [];
  for (const each of list) {
    const completed: Loaded =
      typeof each === 'string' ? await completeText(each, context) : { kind: 'value', value: each };
    if (completed.kind === 'problem') return completed;
    value.push(completed.value);
  }
  return { kind: 'value', value };
}

async function completeText(text: string, context: ValueContext): Promise<Loaded> {
  if (text.startsWith('package:')) return problem('is code of a package: write it here');
  const path = referencedFile(text, context.file);
  if (path !== undefined) return loadValue(path, context);
  const interpolated = interpolate(text, context.vars);
  return interpolated.kind === 'problem' ? interpolated : { kind: 'value', value: interpolated.text };
}

/** Nothing is put into what comes from a file. */
async function loadValue(path: string, { readText, inOtherFile }: ValueContext): Promise<Loaded> {
  const extension = extname(path);
  if (!['.json', '.yaml', '.yml', '.txt'].includes(extension)) {
    return problem(`is in ${path}: only .json, .yaml and .txt files are taken in`);
  }
  try {
    const text = await readText(path);
    const value = extension === '.txt' ? text.trim() : (parseLocatedYaml(text, path).value as JsonValue);
    const isTwofold =
      inOtherFile && (textsOf(value).some(hasTemplate) || (extension === '.txt' && text !== value));
    if (!isTwofold) return { kind: 'value', value };
  } catch (error) {
    return problem(`is in ${path}: ${messageOf(error)}`);
  }
  return problem(
    `is in ${path}, of which promptfoo keeps the spaces and line ends around it, and fills its templates, ` +
      'for tests in a file of their own alone: write the value here, or the test into the suite',
  );
}

/** Texts that stand for something else: `a, b` for a list of texts, YAML for a schema. */
function readAs(kind: string, value: JsonValue): CompletedValue {
  if (typeof value !== 'string') return { kind: 'value', value };
  try {
    if (/contains-(?:all|any)$/.test(kind)) return { kind: 'value', value: splitTexts(value) };
    if (kind === 'is-json')
      return { kind: 'value', value: parseLocatedYaml(value, 'schema').value as JsonValue };
    return { kind: 'value', value };
  } catch (error) {
    return problem(kind === 'is-json' ? `is no JSON schema: ${messageOf(error)}` : messageOf(error));
  }
}

function textsOf(value: JsonValue): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

function problem(message: string): { readonly kind: 'problem'; readonly message: string } {
  return { kind: 'problem', message };
}
