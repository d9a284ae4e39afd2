import type { IncomingMessage } from 'node:http';
import { SluiceError } from '../domain/errors.ts';

/** The largest body that is taken, in bytes. */
const bodyLimitBytes = 10 * 1024 * 1024;

/** Reads a request's body. Throws `body_too_large` as soon as it is known to be over 10 MB. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > bodyLimitBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyLimitBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(): SluiceError {
  return new SluiceError('body_too_large', 'The body is over 10 MB.', {
    remedy: 'Send less: link to files, or shorten the history.',
  });
}
