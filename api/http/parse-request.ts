import { z } from 'zod';
import { SluiceError } from '../../domain/errors.ts';
import { faultSentence, faultsOf } from '../../domain/faults-of.ts';
import { shortened } from '../../domain/text/shortened.ts';

/** What is wrong with one field of a request. */
export interface FieldFault {
  readonly path: string;
  readonly message: string;
}

/** A request may be wrong in as many places, and with as long names, as it likes. */
const faultsNamed = 50;
const longestFault = 500;

/** The faults of a request field by field, where that is what an error is about; the first 50 of them. */
export function fieldFaultsOf(error: SluiceError): FieldFault[] | undefined {
  if (error.code !== 'invalid_request' || !(error.cause instanceof z.ZodError)) return undefined;
  return faultsOf(error.cause)
    .slice(0, faultsNamed)
    .map(({ path, message }) => ({
      path: shortened(path.map(String).join('.'), longestFault),
      message: shortened(message, longestFault),
    }));
}

/**
 * A part of a request as its schema has it. Throws `invalid_request` naming every field that is wrong.
 * Handlers parse nothing, so an error of zod's that comes from further inside is never taken for the caller's.
 */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = faultsOf(parsed.error);
  const more = faults.length > faultsNamed ? [`and ${faults.length - faultsNamed} more`] : [];
  const named = faults.slice(0, faultsNamed).map((fault) => shortened(faultSentence(fault), longestFault));
  throw new SluiceError('invalid_request', [...named, ...more].join('; '), {
    remedy: 'Compare the request with /openapi.json.',
    cause: parsed.error,
  });
}
