import { z } from 'zod';
import { SluiceError } from '../domain/errors.ts';

/** What is wrong with one field of a request. */
export interface FieldFault {
  path: string;
  message: string;
}

/** Of alternatives that all failed, what each of them misses. */
function messageOfIssue(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue.message;
  const alternatives = issue.errors.map((issues) => issues.map(pathAndMessage).join(', '));
  return alternatives.join(', or ');
}

function pathAndMessage(issue: z.core.$ZodIssue): string {
  const message = messageOfIssue(issue);
  return issue.path.length === 0 ? message : `${issue.path.join('.')}: ${message}`;
}

/** The faults of a request field by field, where that is what an error is about. */
export function fieldFaultsOf(error: SluiceError): FieldFault[] | undefined {
  if (error.code !== 'invalid_request' || !(error.cause instanceof z.ZodError)) return undefined;
  return error.cause.issues.map((issue) => ({ path: issue.path.join('.'), message: messageOfIssue(issue) }));
}

/**
 * A part of a request as its schema has it. Throws `invalid_request` naming every field that is wrong.
 * Handlers parse nothing, so an error of zod's that comes from further inside is never taken for the caller's.
 */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new SluiceError('invalid_request', parsed.error.issues.map(pathAndMessage).join('; '), {
    remedy: 'Compare the request with /openapi.json.',
    cause: parsed.error,
  });
}
