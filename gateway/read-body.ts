import type { IncomingMessage } from 'node:http';
import { SluiceError } from '../domain/errors.ts';
import type { BodyShare } from './body-budget.ts';
import type { Clock } from './clock.ts';

/** How much is taken of a body, and for how long it is waited for. */
export interface BodyLimits {
  readonly bytes: number;
  /** From one piece to the next. */
  readonly idleMs: number;
  /** From the head of the request to the end of its body. */
  readonly totalMs: number;
}

const bodyLimits: BodyLimits = { bytes: 10 * 1024 * 1024, idleMs: 10_000, totalMs: 60_000 };

export interface BodyReading {
  readonly share: BodyShare;
  readonly clock: Clock;
  readonly limits?: BodyLimits;
}

/**
 * Reads a request's body. Throws `body_too_large` as soon as it is known to be over the limit, `overloaded` where there
 * is no room for it now, `too_slow` where it does not come, and `invalid_request` where its caller went away.
 */
export function readBody(
  request: IncomingMessage,
  { share, clock, limits = bodyLimits }: BodyReading,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let over = false;
    const cancelTotal = clock.schedule(limits.totalMs, () => {
      fail(tooSlow(limits.totalMs));
    });
    const idle = clock.timer(limits.idleMs, () => {
      fail(tooSlow(limits.idleMs));
    });
    const stop = (): void => {
      over = true;
      idle.stop();
      cancelTotal();
    };
    const fail = (error: SluiceError): void => {
      stop();
      request.off('data', take);
      request.pause();
      reject(error);
    };
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > limits.bytes) {
        fail(tooLarge(limits));
        return;
      }
      try {
        share.take(chunk.length);
      } catch (error) {
        fail(error as SluiceError); // The one thing that it throws.
        return;
      }
      chunks.push(chunk);
      idle.start();
    };
    const finish = (): void => {
      stop();
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, bytes));
    };
    const leave = (): void => {
      if (over) return; // What was read to its end closes as well.
      fail(new SluiceError('invalid_request', 'The request ended in the middle of its body.'));
    };
    if (Number(request.headers['content-length'] ?? 0) > limits.bytes) {
      fail(tooLarge(limits));
      return;
    }
    idle.start();
    request.on('data', take).on('end', finish).on('close', leave).on('error', leave);
  });
}

function tooLarge({ bytes }: BodyLimits): SluiceError {
  return new SluiceError('body_too_large', `The body is over ${Math.floor(bytes / 1024 / 1024)} MB.`, {
    remedy: 'Send less: link to files, or shorten the history.',
  });
}

function tooSlow(waitedMs: number): SluiceError {
  return new SluiceError('too_slow', `The body did not come within ${waitedMs / 1000} seconds.`, {
    remedy: 'Send it in one go.',
  });
}
