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
  const exchange = new ProviderExchange(receiver, clock);
  pool.dispatch(
    { method: 'POST', path: request.path, headers: request.headers, body: request.body },
    exchange,
  );
  return exchange;
}

/** A class, where a dozen closures would do: one is made for each call. */
class ProviderExchange implements Exchange, Dispatcher.DispatchHandler {
  readonly #clock: Clock;
  #controller: Dispatcher.DispatchController | undefined;
  /** Who is still told; nobody after the end. */
  #listener: Receiver | undefined;
  #left = false;
  #ended = false;
  #stopWaiting: (() => void) | undefined;

  constructor(receiver: Receiver, clock: Clock) {
    this.#listener = receiver;
    this.#clock = clock;
  }

  pause(): void {
    this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }

  leave(): void {
    this.#listener = undefined;
    this.#left = true;
    if (!this.#ended) this.#controller?.abort(new Error('The call was given up.'));
  }

  letEnd(): void {
    this.#listener = undefined;
    if (this.#ended) return;
    this.#stopWaiting = this.#clock.schedule(lastWordMs, () => {
      this.leave();
    });
  }

  onRequestStart(started: Dispatcher.DispatchController): void {
    this.#controller = started;
    if (this.#left) this.leave();
    else this.#listener?.connected();
  }

  onResponseStart(_controller: unknown, status: number, headers: IncomingHttpHeaders): void {
    if (status >= 200) this.#listener?.head(status, headers);
  }

  onResponseData(_controller: unknown, chunk: Uint8Array): void {
    this.#listener?.bytes(chunk);
  }

  onResponseEnd(): void {
    this.#end()?.ended();
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#end()?.broke(connectionFailure(error, this.#controller !== undefined));
  }

  /** Who is told how it ended. */
  #end(): Receiver | undefined {
    this.#ended = true;
    this.#stopWaiting?.();
    const told = this.#listener;
    this.#listener = undefined;
    return told;
  }
}

function connectionFailure(error: Error, connected: boolean): ProviderFailure {
  return connected
    ? failure('broken', `The provider's connection broke: ${messageOf(error)}.`)
    : failure('connect', `No connection to the provider: ${messageOf(error)}.`);
}
