import type { IncomingHttpHeaders } from 'node:http';
import { cleanFailure } from '../providers/clean-failure.ts';
import { startExchange, type Exchange, type Receiver } from '../providers/exchange.ts';
import { failureOfMalformed } from '../providers/failure-error.ts';
import { providerRequest } from '../providers/provider-request.ts';
import type { Pools } from '../providers/pools.ts';
import type { AnswerEnd } from '../../protocols/event.ts';
import { failure, type ProviderFailure } from '../../protocols/failures/failure.ts';
import type { Scan } from '../../protocols/scan.ts';
import type { AnswerOutput } from './output.ts';
import { answerReader, type ReadCall } from './answer-reader.ts';
import type { AnswerReader, Piece } from './piece.ts';
import { startTimers, type CallTimers } from './timers.ts';

export interface PipeCall extends ReadCall {
  readonly pools: Pools;
  /** In milliseconds, where others may be asked after it: for the whole call, or until a stream's first content. */
  readonly limitMs: number | undefined;
  /** Told the status once there is one. */
  readonly onStatus: (status: number) => void;
}

export type PipeOpening =
  { readonly kind: 'content' } | { readonly kind: 'failed'; readonly failure: ProviderFailure };

export interface Pipe {
  /** What came first: content, or an end without any. Rejects with what nobody foresaw. */
  readonly opened: Promise<PipeOpening>;
  /** The answer goes there from now on: what was held, and what is still to come. `onEnd` is told a failure, or none. */
  flowTo(output: AnswerOutput, onEnd: (failed: ProviderFailure | undefined) => void): void;
  /** Ends it, in whatever state it is: its time is over, or its caller went away. */
  cancel(failed: ProviderFailure): void;
}

/** 32 MiB, far above any model's longest answer. */
const maxAnswerBytes = 32 * 1024 * 1024;

/** `:`, with which a comment of an event stream begins: what some servers send while a model thinks. */
const commentStart = 0x3a;

interface Way {
  readonly output: AnswerOutput;
  readonly onEnd: (failed: ProviderFailure | undefined) => void;
}

/**
 * Calls a provider once, and brings what it answers on its way. The rules of an answer, in their order:
 *
 * 1. it ends exactly once, and nothing follows its end: `finish`, an error, a timer, a cancellation, whatever is first;
 * 2. time: connection, first sign of life, silence, and the limits of the whole (`startTimers`);
 * 3. size;
 * 4. it is parsed: what is malformed ends it, and so does an error that its provider tells of (`answerReader`);
 * 5. an end without content, and bytes that end without an end, are failures;
 * 6. it is held until its first content, so that another target may still answer;
 * 7. it goes to its output, at the pace that its caller takes it.
 *
 * All of it happens in the call that brings the bytes: there is no queue, and no promise but that of the first content.
 */
export function openPipe(call: PipeCall): Pipe {
  const pipe = new AnswerPipe(call);
  pipe.start();
  return pipe;
}

class AnswerPipe implements Pipe, Receiver {
  readonly #call: PipeCall;
  readonly #streams: boolean;
  readonly #timers: CallTimers;
  readonly #opening = Promise.withResolvers<PipeOpening>();
  #exchange: Exchange | undefined;
  #answer: AnswerReader | undefined;
  #held: Piece[] = [];
  #way: Way | undefined;
  #end: AnswerEnd | undefined;
  #isOpen = false;
  #hasContent = false;
  #isPaused = false;
  #bytes = 0;

  constructor(call: PipeCall) {
    const { target, limitMs } = call;
    this.#call = call;
    this.#streams = call.body['stream'] === true;
    const timed = { timeouts: target.timeoutsMs, streams: this.#streams, limitMs };
    this.#timers = startTimers(call.clock, timed, (failed) => {
      this.#fail(failed);
    });
  }

  start(): void {
    this.#guarded(() => {
      const { origin, ...request } = providerRequest(this.#call);
      this.#exchange = startExchange(this.#call.pools.of(origin), request, this, this.#call.clock);
    });
  }

  get opened(): Promise<PipeOpening> {
    return this.#opening.promise;
  }

  flowTo(output: AnswerOutput, onEnd: Way['onEnd']): void {
    this.#way = { output, onEnd };
    const [first, end] = [this.#held, this.#end];
    this.#held = [];
    this.#guarded(() => {
      this.#send(output, first);
    });
    if (end !== undefined) this.#tell(this.#way, end); // What ends it from now on tells of it itself.
  }

  cancel(failed: ProviderFailure): void {
    this.#fail(failed);
  }

  connected(): void {
    this.#timers.connected();
  }

  head(status: number, headers: IncomingHttpHeaders): void {
    this.#call.onStatus(status);
    this.#answer = answerReader(this.#call, { status, headers, streams: this.#streams }, (failed) => {
      this.#fail(failed);
    });
    this.#timers.waiting();
  }

  bytes(chunk: Uint8Array): void {
    if (this.#end !== undefined) return; // rule 1
    if (!this.#streams || chunk[0] === commentStart) this.#timers.lives(); // rule 2
    this.#bytes += chunk.length;
    if (this.#bytes > maxAnswerBytes) this.#fail(tooLong); // rule 3
    this.#guarded(() => {
      if (!this.#isOver()) this.#take(this.#answer?.push(chunk)); // rules 4 to 7
    });
    if (!this.#isOver() && !this.#isPaused) this.#timers.waiting();
  }

  #isOver(): boolean {
    return this.#end !== undefined;
  }

  ended(): void {
    this.#guarded(() => {
      this.#take(this.#answer?.end());
    });
    this.#fail(unfinished);
  }

  broke(failed: ProviderFailure): void {
    this.#fail(failed);
  }

  /** Rules 4 and 5: up to the first piece that ends the answer. */
  #take(pieces: readonly Piece[] = []): void {
    for (const [i, { scan, brings }] of pieces.entries()) {
      this.#note(scan);
      if (scan.end === undefined) continue;
      const end = endOf(scan.end, this.#hasContent);
      // What its provider takes back is not handed on as it came.
      const isHandedOn = end.type === 'finish' || brings.kind === 'events';
      this.#pass(pieces.slice(0, isHandedOn ? i + 1 : i), end.type === 'finish');
      if (end.type === 'finish') this.#conclude(end);
      else this.#fail(end.failure);
      return;
    }
    this.#pass(pieces, false);
  }

  #note({ content, alive }: Scan): void {
    if (content && !this.#hasContent) {
      this.#hasContent = true;
      this.#timers.hasContent();
    }
    if (content || alive) this.#timers.lives();
  }

  /** Rule 6. */
  #pass(pieces: readonly Piece[], isWhole: boolean): void {
    if (this.#way !== undefined) {
      this.#send(this.#way.output, pieces);
      return;
    }
    this.#held.push(...pieces);
    if (this.#isOpen || !(this.#hasContent || isWhole)) return;
    this.#isOpen = true;
    this.#opening.resolve({ kind: 'content' });
  }

  /** Rule 7. */
  #send(output: AnswerOutput, pieces: readonly Piece[]): void {
    if (pieces.length === 0 || output.take(pieces) || this.#end !== undefined || this.#isPaused) return;
    this.#isPaused = true;
    this.#timers.pausing();
    this.#exchange?.pause();
    output.whenDrained(() => {
      this.#isPaused = false;
      if (this.#end !== undefined) return;
      this.#timers.waiting();
      this.#exchange?.resume();
    });
  }

  /** Rule 1. */
  #conclude(end: AnswerEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#timers.stop();
    this.#answer?.stop();
    if (end.type === 'finish') this.#exchange?.letEnd();
    else this.#exchange?.leave();
    if (end.type === 'error') this.#opening.resolve({ kind: 'failed', failure: end.failure });
    if (this.#way !== undefined) this.#tell(this.#way, end);
  }

  #tell({ output, onEnd }: Way, end: AnswerEnd): void {
    output.end(end);
    onEnd(end.type === 'error' ? end.failure : undefined);
  }

  #fail(failed: ProviderFailure): void {
    if (this.#end !== undefined) return;
    const { target, body } = this.#call;
    this.#conclude({ type: 'error', failure: cleanFailure(failed, { apiKey: target.apiKey, body }) });
  }

  /** What is thrown on the way: the answer is malformed, or something is wrong with us. */
  #guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      const malformed = failureOfMalformed(error);
      if (malformed === undefined) this.#opening.reject(error);
      if (malformed === undefined) this.#way?.output.crash(error);
      this.#fail(malformed ?? failure('internal', 'Something went wrong inside Sluice.'));
    }
  }
}

const tooLong = failure('broken', `The provider's answer is longer than ${maxAnswerBytes} bytes.`);
const unfinished = failure('broken', "The provider's answer ended before it was finished.");
const empty = failure('empty', 'The provider answered without any content.');

/** Rule 5: an answer without content is one only where its end says why there is none. */
function endOf(end: AnswerEnd, hasContent: boolean): AnswerEnd {
  const isEmpty = end.type === 'finish' && !hasContent && ['stop', 'tool_calls'].includes(end.reason);
  return isEmpty ? { type: 'error', failure: empty } : end;
}
