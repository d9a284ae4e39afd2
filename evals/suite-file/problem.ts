import type { z } from 'zod';
import { SluiceError } from '../../domain/errors.ts';
import { knownKeys } from '../../domain/known-keys.ts';
import { didYouMean } from '../../domain/text/nearest.ts';
import { knownElsewhere } from './authored-test.ts';
import type { DocumentPath } from './located-yaml.ts';

/** Something in a suite file that is not as it must be. */
export interface Problem {
  readonly file: string;
  /** `line:column`, or the line alone where a line is one test. */
  readonly place: string;
  readonly message: string;
}

/** What is wrong at a place of a document. */
export interface Complaint {
  readonly path: DocumentPath;
  readonly message: string;
  /** It is the name at the path's end that is wrong. */
  readonly ofKey?: boolean;
}

/** All that is wrong, but for a file that is something else altogether. */
export const shownFaults = 500;

/** All problems as one error, one line each. */
export function problemsError(problems: readonly Problem[]): SluiceError {
  const lines = problems
    .slice(0, shownFaults)
    .map(({ file, place, message }) => `${file}:${place}: ${message}`);
  if (problems.length > shownFaults) lines.push(`… and ${problems.length - shownFaults} more`);
  return new SluiceError('invalid_file', lines.join('\n'), {
    remedy:
      'Mend these lines: a suite speaks a strict subset of promptfoo’s YAML, and nothing runs before all of it is understood.',
    details: { problems: problems.length },
  });
}

/** What zod found, in words and with paths; by the schema it says which name was probably meant by one that is not known. */
export function complaintsOf(error: z.ZodError, schema: z.ZodType): Complaint[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? part.toString() : part));
    if (issue.code !== 'unrecognized_keys') return [{ path, message: `${pathText(path)}${issue.message}` }];
    const known = knownKeys(schema, path);
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: `${pathText(path)}"${key}" is not understood${answerTo(key, known)}`,
      ofKey: true,
    }));
  });
}

function answerTo(key: string, known: readonly string[]): string {
  const elsewhere = Object.hasOwn(knownElsewhere, key) ? knownElsewhere[key] : undefined;
  return elsewhere === undefined ? didYouMean(key, known) : `: ${elsewhere}`;
}

/** A path as people write it, before what is said of it: `assert[0].value: `. */
export function pathText(path: DocumentPath): string {
  if (path.length === 0) return '';
  const text = path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`));
  return `${text.join('')}: `;
}
