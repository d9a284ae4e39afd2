import type { JsonObject } from '../../domain/json.ts';
import type { AnsweredBy, FailedReply, ServedBy } from './pinned-answer.ts';

/** A question to a revision. */
export interface ModelCall {
  /** Digest. */
  readonly revision: string;
  /** Index of the one target of its chain that is asked; undefined: the chain as it is. */
  readonly target: number | undefined;
  /** The named prompt that is asked; the default one where absent. */
  readonly prompt?: string | undefined;
  readonly vars: JsonObject;
  readonly signal?: AbortSignal | undefined;
}

export type ModelReply =
  | {
      readonly kind: 'answered';
      readonly output: string;
      readonly latencyMs: number;
      readonly costUsd?: number;
      readonly finishReason?: string;
      readonly inputTokens?: number;
      readonly outputTokens?: number;
      readonly answeredBy?: AnsweredBy;
      readonly servedBy?: ServedBy;
    }
  | FailedReply;

/**
 * Asks a revision until it is answered. Throws `unreachable` or `broken_measurement` where the way to it is broken, or its
 * provider answers nothing: then nothing is known about the revision, and nothing may be accounted.
 */
export type CallModel = (call: ModelCall) => Promise<ModelReply>;
