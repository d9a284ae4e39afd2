import type { IncomingHttpHeaders } from 'node:http';
import { SluiceError } from '../../domain/errors.ts';

/**
 * Takes JSON alone: what a browser sends to a stranger without asking (forms, plain text) is never it. Throws
 * `unsupported_media_type`.
 */
export function requireJson(headers: IncomingHttpHeaders): void {
  const [type = ''] = (headers['content-type'] ?? '').split(';', 1);
  if (type.trim().toLowerCase() === 'application/json') return;
  throw new SluiceError('unsupported_media_type', 'The body must be JSON, and say so.', {
    remedy: 'Send the header "content-type: application/json".',
  });
}
