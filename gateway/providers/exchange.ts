import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Clock } from '../clock.ts';
import { messageOf } from '../../domain/errors.ts';
import { failure, type ProviderFailure } from '../../protocols/failures/failure.ts';
import type { OriginPool } from './pools.ts';

export interface ExchangeRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Told, in this order, what comes of a request. After `ended` or `broke`, and after `leave`, nothing more is told. */
export interface Receiver {
  connected(): void;
  head(status: number, headers: IncomingHttpHeaders): void;
  bytes(chunk: Uint8Array): void;
  ended(): void;
  broke(failed: ProviderFailure): void;
}

export interface Exchange {
  /** The provider is asked to wait. */
  pause(): void;
  resume(): void;
  /** Nobody waits for it any more: the connection ends, in whatever state it is. */
  leave(): void;
  /** Nobody reads it any more, and it is as good as over: its connection is kept where its end comes. */
  letEnd(): void;
}

/** A chunk of no bytes follows an answer's last word: mostly it came with it. */
const lastWordMs = 1_000;

/** Sends a request, and tells what comes of it as it comes. */
export function startExchange(
  pool: OriginPool,
  request: ExchangeRequest,
  receiver: Receiver,
  clock: Clock,
): Exchange {
  let controller: Dispatcher.DispatchController | undefined;
  /** Who is still told; nobody after the end. */
  let listener: Receiver | undefined = receiver;
  const state = { left: false, ended: false };
  let stopWaiting = (): void => undefined;

  function leave(): void {
    listener = undefined;
    state.left = true;
    if (!state.ended) controller?.abort(new Error('The call was given up.'));
  }
  function end(tell: (told: Receiver) => void): void {
    state.ended = true;
    stopWaiting();
    const told = listener;
    listener = undefined;
    if (told !== undefined) tell(told);
  }

  pool.dispatch(
    { method: 'POST', path: request.path, headers: request.headers, body: request.body },
    {
      onRequestStart(started) {
        controller = started;
        if (state.left) leave();
        else listener?.connected();
      },
      onResponseStart(_controller, status, headers) {
        if (status >= 200) listener?.head(status, headers);
      },
      onResponseData(_controller, chunk) {
        listener?.bytes(chunk);
      },
      onResponseEnd() {
        end((told) => {
          told.ended();
        });
      },
      onResponseError(_controller, error) {
        end((told) => {
          told.broke(connectionFailure(error, controller !== undefined));
        });
      },
    },
  );
  return {
    pause: () => controller?.pause(),
    resume: () => controller?.resume(),
    leave,
    letEnd() {
      listener = undefined;
      if (!state.ended) stopWaiting = clock.schedule(lastWordMs, leave);
    },
  };
}

function connectionFailure(error: Error, connected: boolean): ProviderFailure {
  return connected
    ? failure('broken', `The provider's connection broke: ${messageOf(error)}.`)
    : failure('connect', `No connection to the provider: ${messageOf(error)}.`);
}
