import { DatabaseError } from 'pg';
import { messageOf, SluiceError, type ErrorCode } from '../../domain/errors.ts';

/** SQLSTATEs that the functions of the schema raise, for people. */
const ownCodes: Readonly<Record<string, ErrorCode>> = {
  SL404: 'not_found',
  SL409: 'conflict',
  SLNAC: 'not_active',
};

/** Classes and codes that mean: the database could not do it now, and might later. */
const passing = /^(?:08|53|57P|58)|^(?:57014|55P03|25P03|25P04|40001|40P01)$/;
const refused = /^(?:28|3D000)/;
const schemaMissing = /^(?:42P01|42883|42703|3F000)$/;
const badValue = /^22/;

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ENOENT',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
]);
/** What Node says of a server whose certificate is not to be trusted, or that speaks no TLS that both know. */
const tlsCode =
  /^(?:ERR_TLS_|ERR_SSL_|EPROTO$|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_(?:GET_ISSUER|VERIFY))/;
/** pg's own errors carry no code. */
const brokenConnection =
  /^(?:Connection terminated|Query read timeout|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|Client was closed|The server does not support SSL)/;

/**
 * Turns whatever a query or a connection threw into a `SluiceError` with a remedy; the one place that knows
 * PostgreSQL's codes. What it does not know it returns unchanged.
 */
export function translateError(error: unknown): unknown {
  if (error instanceof SluiceError) return error;
  if (error instanceof DatabaseError) return translateDatabaseError(error);
  // Not `instanceof Error`: what node's own modules throw is of another realm where code runs in a vm context.
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const message = messageOf(error);
  if (tlsCode.test(code)) {
    return new SluiceError('unreachable', `PostgreSQL is not trusted (${code}: ${message}).`, {
      remedy: 'Check sslmode and sslrootcert in DATABASE_URL, and the certificate of the server.',
      cause: error,
    });
  }
  if (!networkCodes.has(code) && !brokenConnection.test(message)) return error;
  return new SluiceError('unreachable', `PostgreSQL cannot be reached (${code || message}).`, {
    remedy:
      'Check that it runs and that DATABASE_URL names it; what was asked for may or may not have happened.',
    cause: error,
  });
}

function translateDatabaseError(error: DatabaseError): Error {
  const code = error.code ?? '';
  const own = ownCodes[code];
  if (own !== undefined) {
    return new SluiceError(own, error.message, {
      ...(error.hint === undefined ? {} : { remedy: error.hint }),
      ...(error.detail === undefined ? {} : { details: JSON.parse(error.detail) as Record<string, unknown> }),
      cause: error,
    });
  }
  const said = (sluiceCode: ErrorCode, sentence: string, remedy: string) =>
    new SluiceError(sluiceCode, `${sentence} (${code}: ${error.message}).`, { remedy, cause: error });
  if (code === '55P03') {
    return said(
      'unreachable',
      'Another session holds what this needs',
      'Try again; a rollback with --direct ends it.',
    );
  }
  if (code === '25006')
    return said(
      'unreachable',
      'This server only reads: it is a standby',
      'Name the primary in DATABASE_URL.',
    );
  if (passing.test(code))
    return said('unreachable', 'PostgreSQL could not do this now', 'Try again in a moment.');
  if (refused.test(code))
    return said('unreachable', 'PostgreSQL refuses the connection', 'Check DATABASE_URL.');
  if (schemaMissing.test(code))
    return said('internal', 'The schema is not up to date', 'Apply the migrations.');
  if (badValue.test(code))
    return said('invalid_request', 'A value has not the expected form', 'Check the request.');
  return error;
}
