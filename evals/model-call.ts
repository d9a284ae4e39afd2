import type { JsonObject } from '../domain/json.ts';

/** A question to a revision. */
export interface ModelCall {
  /** Digest. */
  revision: string;
  /** 0: the chain as it is; above: this target of it alone. */
  target: number;
  /** The named prompt that is asked; the default one where absent. */
  prompt?: string | undefined;
  vars: JsonObject;
  signal?: AbortSignal | undefined;
}

export type ModelReply =
  | {
      kind: 'answered';
      output: string;
      latencyMs: number;
      costUsd?: number;
      finishReason?: string;
      inputTokens?: number;
      outputTokens?: number;
    }
  | FailedReply;

/** The revision gave no answer: an error of the case. */
export interface FailedReply {
  kind: 'failed';
  code: string;
  message: string;
  latencyMs: number;
  /** `provider`: of a kind that an outage causes (5xx, time-out, no connection, 429); `revision`: of its own making. */
  fault: 'provider' | 'revision';
}

/**
 * Asks a revision. Throws `unreachable` or `broken_measurement` where the way to it is broken: then nothing is known about
 * the revision, and nothing may be accounted.
 */
export type CallModel = (call: ModelCall) => Promise<ModelReply>;
