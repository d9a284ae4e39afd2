import type { IncomingHttpHeaders } from 'node:http';
import { SluiceError } from '../../domain/errors.ts';

const json = 'application/json';

/**
 * Takes JSON alone: what a browser sends to a stranger without asking (forms, plain text) is never it. Throws
 * `unsupported_media_type`.
 */
export function requireJson(headers: IncomingHttpHeaders): void {
  const said = headers['content-type'] ?? '';
  if (said === json) return;
  const [type = ''] = said.split(';', 1);
  if (type.trim().toLowerCase() === json) return;
  throw new SluiceError('unsupported_media_type', 'The body must be JSON, and say so.', {
    remedy: 'Send the header "content-type: application/json".',
  });
}
