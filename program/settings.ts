import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { environmentsFileSchema, type Binding } from '../domain/revision/binding.ts';
import {
  createSealingKeys,
  parseDataKey,
  parseDataKeyList,
  requireKeysOfTheirOwn,
  type SealingKeys,
} from './data-keys.ts';
import { describeError, messageOf, SluiceError } from '../domain/errors.ts';
import { reservedKey } from '../domain/reserved-key.ts';

/** How much a program logs. */
export const logLevelSchema = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']);

/**
 * The keys of fresh samples. Throws `usage` where one of them is a data key as well.
 *
 * @param given none: fresh samples are neither kept nor read
 */
export function freshKeysOf(
  given: readonly [Buffer, ...Buffer[]] | undefined,
  dataKeys: SealingKeys,
): { readonly freshKeys?: SealingKeys } {
  if (given === undefined) return {};
  const freshKeys = createSealingKeys(given);
  requireKeysOfTheirOwn({ SLUICE_DATA_KEY: dataKeys, SLUICE_FRESH_KEY: freshKeys });
  return { freshKeys };
}

/** A text that a function reads, or refuses by an error that says why. */
function readBy<T>(read: (text: string) => T) {
  return z.string().transform((text, context) => {
    try {
      return read(text);
    } catch (error) {
      context.addIssue(describeError(error));
      return z.NEVER;
    }
  });
}

/** Data keys in base64, the current one first, as the bytes that they are. */
export const dataKeysSchema = readBy(parseDataKeyList);

/** One key in base64, as the bytes that it is. */
export const dataKeySchema = readBy(parseDataKey);

/**
 * The binding of an environment, from the operator's file.
 *
 * @throws SluiceError `invalid_file`, naming the file and what is wrong with it
 */
export function readBinding(source: BindingSource): Binding {
  return parseBinding(textAt(source.path), source);
}

/**
 * The binding of an environment, from what the operator's `sluice.environments.yaml` says.
 *
 * @throws SluiceError `invalid_file`, naming the file and what is wrong with it
 */
export function parseBinding(text: string, { path, environment }: BindingSource): Binding {
  const environments = parseEnvironments(text, path);
  const binding = environments[environment];
  if (binding !== undefined) return binding;
  const known = Object.keys(environments).join(', ') || 'none';
  throw wrongEnvironmentsFile(path, `It has no environment "${environment}"; it has: ${known}.`);
}

/** The bindings of all environments, by name. Throws as `readBinding` does. */
export function readEnvironments(path: string): Readonly<Record<string, Binding>> {
  return parseEnvironments(textAt(path), path);
}

function textAt(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw wrongEnvironmentsFile(path, messageOf(error));
  }
}

function parseEnvironments(text: string, path: string): Readonly<Record<string, Binding>> {
  const parsed = environmentsFileSchema.safeParse(yamlOf(text, path));
  if (!parsed.success) throw wrongEnvironmentsFile(path, z.prettifyError(parsed.error));
  return parsed.data.environments;
}

export interface BindingSource {
  /** Where the text was read, for messages. */
  readonly path: string;
  readonly environment: string;
}

/** What to say of an environments file that cannot be used. */
function wrongEnvironmentsFile(path: string, what: string): SluiceError {
  return new SluiceError('invalid_file', `SLUICE_ENVIRONMENTS_FILE (${path}): ${what}`, {
    remedy: 'Correct the file; sluice.environments.example.yaml shows one.',
  });
}

function yamlOf(text: string, path: string): unknown {
  try {
    return parse(text, (key, value: unknown) => {
      if (key === reservedKey) throw new Error(`nothing can be called ${reservedKey}`);
      return value;
    });
  } catch (error) {
    throw wrongEnvironmentsFile(path, messageOf(error));
  }
}
