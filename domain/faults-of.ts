import type { z } from 'zod';
import { knownKeys } from './known-keys.ts';
import { didYouMean } from './text/nearest.ts';

/** What is wrong at one place of a document. */
export interface DocumentFault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** The name that stands there though it means nothing. */
  readonly unknownKey?: string;
}

/**
 * What a schema has found, each where it stands. Of alternatives that all fail it is the one that was meant: a number
 * within a gate's settings is wrong there, and not the gate, which might have been `skip` as well.
 *
 * @param schema what has found it, to say which name was probably meant by one that is not known
 */
export function faultsOf({ issues }: z.ZodError, schema?: z.ZodType): DocumentFault[] {
  const faults = issues.flatMap(faultsOfIssue);
  return schema === undefined
    ? faults
    : faults.map((fault, i) => (i < guessed ? withMeant(fault, schema) : fault));
}

/** Of so many faults it is said what was meant: nobody reads more of them, and names are compared letter by letter. */
const guessed = 500;

function withMeant(fault: DocumentFault, schema: z.ZodType): DocumentFault {
  const { path, message, unknownKey } = fault;
  if (unknownKey === undefined || message !== unknownKeyText(unknownKey)) return fault;
  return { ...fault, message: message + didYouMean(unknownKey, knownKeys(schema, path)) };
}

/** What is said of a name that no schema has a word of its own for. */
export function unknownKeyText(key: string): string {
  return `Unrecognized key: "${key}"`;
}

/** As one line: `steps.0.hold: is from 0s to 14d`. */
export function faultSentence({ path, message }: DocumentFault): string {
  return path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`;
}

function faultsOfIssue(issue: z.core.$ZodIssue): DocumentFault[] {
  const { path, message } = issue;
  if (issue.code === 'unrecognized_keys') {
    // A schema may say something of its own, a line for each.
    const own = message.split('\n');
    const isOwn = own.length === issue.keys.length && !message.startsWith('Unrecognized keys:');
    return issue.keys.map((key, i) => ({
      ...{ path, unknownKey: key },
      message: (isOwn ? own[i] : undefined) ?? unknownKeyText(key),
    }));
  }
  // Why it cannot be a key is what its own schema says.
  if (issue.code === 'invalid_key') return issue.issues.map((inner) => ({ path, message: inner.message }));
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ path, message }];
  const alternatives = issue.errors.map((issues) => issues.flatMap(faultsOfIssue));
  const [meant, ...others] = alternatives.filter((faults) => faults.some((fault) => isWithin(fault)));
  if (meant !== undefined && others.length === 0) {
    return meant.map((fault) => ({ ...fault, path: [...path, ...fault.path] }));
  }
  return [
    { path, message: alternatives.map((faults) => faults.map(faultSentence).join(', ')).join(', or ') },
  ];
}

/** Its kind was right, and something in it is not. */
function isWithin({ path, unknownKey }: DocumentFault): boolean {
  return path.length > 0 || unknownKey !== undefined;
}
