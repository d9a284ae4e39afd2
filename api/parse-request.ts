import { z } from 'zod';
import { SluiceError } from '../domain/errors.ts';
import { faultSentence, faultsOf } from '../domain/faults-of.ts';

/** What is wrong with one field of a request. */
export interface FieldFault {
  path: string;
  message: string;
}

/** The faults of a request field by field, where that is what an error is about. */
export function fieldFaultsOf(error: SluiceError): FieldFault[] | undefined {
  if (error.code !== 'invalid_request' || !(error.cause instanceof z.ZodError)) return undefined;
  return faultsOf(error.cause).map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
}

/**
 * A part of a request as its schema has it. Throws `invalid_request` naming every field that is wrong.
 * Handlers parse nothing, so an error of zod's that comes from further inside is never taken for the caller's.
 */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new SluiceError('invalid_request', faultsOf(parsed.error).map(faultSentence).join('; '), {
    remedy: 'Compare the request with /openapi.json.',
    cause: parsed.error,
  });
}
