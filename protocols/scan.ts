import type { JsonObject } from '../domain/json.ts';
import type { Usage } from '../domain/usage.ts';
import type { AnswerEnd } from './event.ts';
import type { SseMessage } from './sse.ts';

/** What a piece of an answer says of its answer, whatever it brings: all that counting, timers and failover need. */
export interface Scan {
  /** It brings what a caller waits for. */
  readonly content: boolean;
  /** That content is one that only its own protocol has words for: a search, an image. */
  readonly own?: boolean | undefined;
  /** The model is at work on content that is yet to come: a ping, an opened block. */
  readonly alive: boolean;
  readonly usage?: Usage | undefined;
  /** The answer is over with it. */
  readonly end?: AnswerEnd | undefined;
}

/** A message of a stream, as far as it was looked at. */
export interface Scanned extends Scan {
  /** What it carries; undefined where it is a mark of the stream's own, or comes after the end. */
  readonly payload?: JsonObject | undefined;
}

export const saysNothing: Scan = { content: false, alive: false };

/** Reads of a provider's stream what is to be known of it. */
export interface StreamScanner {
  /** Throws `invalid_request` where the message is malformed. */
  scan(message: SseMessage): Scanned;
  /** The stream is over. Without an `end` in all that was scanned it was broken. */
  end(): Scan;
}
