import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher, Pool } from 'undici';
import { messageOf } from '../../domain/errors.ts';
import { failure } from '../../protocols/failures/failure.ts';
import { createByteQueue } from './byte-queue.ts';
import { FailureError } from './failure-error.ts';

export interface ExchangeRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ExchangeResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Throws a `FailureError` where it breaks off. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * Sends a request and gives the answer as soon as its head is there. The signal's reason, a `FailureError`, is what
 * an aborted exchange ends with, at once and in whatever state it is.
 */
export function exchange(
  pool: Pool,
  request: ExchangeRequest,
  signal: AbortSignal,
  onConnected: () => void,
): Promise<ExchangeResponse> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    const queue = createByteQueue({ pause: () => controller?.pause(), resume: () => controller?.resume() });

    function fail(error: Error): void {
      signal.removeEventListener('abort', abort);
      queue.fail(error);
      reject(error); // says nothing where the head has come already
    }
    function abort(): void {
      const reason = reasonOf(signal);
      controller?.abort(reason);
      fail(reason);
    }

    if (signal.aborted) {
      reject(reasonOf(signal));
      return;
    }
    signal.addEventListener('abort', abort);
    pool.dispatch(
      { method: 'POST', path: request.path, headers: request.headers, body: request.body },
      {
        onRequestStart(started) {
          controller = started;
          if (signal.aborted) started.abort(reasonOf(signal));
          else onConnected();
        },
        onResponseStart(_controller, status, headers) {
          if (status >= 200) resolve({ status, headers, bytes: queue.bytes });
        },
        onResponseData(_controller, chunk) {
          queue.push(chunk);
        },
        onResponseEnd() {
          signal.removeEventListener('abort', abort);
          queue.end();
        },
        onResponseError(_controller, error) {
          fail(error instanceof FailureError ? error : connectionError(error, controller !== undefined));
        },
      },
    );
  });
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error
    ? signal.reason
    : new FailureError(failure('aborted', 'The call was given up.'));
}

function connectionError(error: Error, connected: boolean): FailureError {
  const reason = connected
    ? failure('broken', `The provider's connection broke: ${messageOf(error)}.`)
    : failure('connect', `No connection to the provider: ${messageOf(error)}.`);
  return new FailureError(reason, error);
}
