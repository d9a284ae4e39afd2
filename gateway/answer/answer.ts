import type { ServerResponse } from 'node:http';
import type { FinishReason, ModelEvent, Usage } from '../../protocols/event.ts';
import type { ProviderFailure } from '../../protocols/failures/failure.ts';
import type { ModelRequest, ToolCall } from '../../protocols/request.ts';
import type { Clock } from '../clock.ts';

export interface AnswerArgs {
  /**
   * Read from the moment of the call, so it may begin with the work that leads to the answer (calling the chain,
   * rescue). An `error` event, or a throw, before any other event becomes an HTTP error of the vendor's form.
   */
  readonly events: AsyncIterable<ModelEvent>;
  readonly request: ModelRequest;
  /** Sluice's own id of the answer, without prefix: each protocol puts its own before it. */
  readonly id: string;
  /** Seconds since 1970. */
  readonly createdS: number;
  /** Asked once, when the head is written: at the first event, or after `keepAliveMs` of a held stream. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** A stream that is silent for longer gets a comment (Anthropic: `ping`). */
  readonly keepAliveMs: number;
  /** A caller that takes nothing of what is written for so long is given up; a minute, where it is left out. */
  readonly stalledMs?: number;
  readonly clock: Clock;
  /** Told what was thrown and is no `SluiceError`: callers hear nothing of it. */
  readonly onUnexpected: (error: unknown) => void;
}

export interface AnswerSummary {
  /** A whole answer was written: not broken, not left by the caller. */
  readonly ok: boolean;
  /** The HTTP status that went out. */
  readonly status: number;
  readonly finishReason?: FinishReason;
  readonly usage?: Usage;
  readonly textLength: number;
  /** The answer's text, refusals included. */
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly refusal: boolean;
  readonly errored?: ProviderFailure;
  /** The caller went away before the end. */
  readonly disconnected: boolean;
}

/** Writes an answer, streamed or whole as the request asks, in the protocol that the request came in. Never throws. */
export type WriteAnswer = (response: ServerResponse, args: AnswerArgs) => Promise<AnswerSummary>;
