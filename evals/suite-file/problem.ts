import type { z } from 'zod';
import { SluiceError } from '../../domain/errors.ts';
import { knownElsewhere } from './authored-test.ts';
import type { DocumentPath } from './located-yaml.ts';

/** Something in a suite file that is not as it must be. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** What is wrong at a place of a document. */
export interface Complaint {
  readonly path: DocumentPath;
  readonly message: string;
}

const shown = 10;

/** All problems as one error, one line each. */
export function problemsError(problems: readonly Problem[]): SluiceError {
  const lines = problems.slice(0, shown).map(({ file, line, message }) => `${file}:${line}: ${message}`);
  if (problems.length > shown) lines.push(`… and ${problems.length - shown} more`);
  return new SluiceError('invalid_file', lines.join('\n'), {
    remedy:
      'Mend these lines: a suite speaks a strict subset of promptfoo’s YAML, and nothing runs before all of it is understood.',
    details: { problems: problems.length },
  });
}

/** What zod found, in words and with paths. */
export function complaintsOf(error: z.ZodError): Complaint[] {
  return error.issues.map((issue) => {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? part.toString() : part));
    return { path, message: `${pathText(path)}${messageOf(issue)}` };
  });
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'unrecognized_keys') return issue.message;
  const explained = issue.keys.map((key) => {
    const answer = Object.hasOwn(knownElsewhere, key) ? knownElsewhere[key] : undefined;
    return answer === undefined ? `"${key}" is not understood` : `"${key}" is not understood: ${answer}`;
  });
  return explained.join('; ');
}

/** A path as people write it, before what is said of it: `assert[0].value: `. */
export function pathText(path: DocumentPath): string {
  if (path.length === 0) return '';
  const text = path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`));
  return `${text.join('')}: `;
}
