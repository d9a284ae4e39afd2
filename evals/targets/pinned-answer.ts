import type { Usage } from '../../domain/usage.ts';
import type { ToolCall } from '../../protocols/request.ts';
import type { GatewayRequest } from '../../protocols/gateway-request.ts';

export interface PinnedQuestion {
  /** Digest of the revision that shall answer. */
  readonly revision: string;
  /** Index of the one target of its chain that is asked; undefined: the chain as it is. */
  readonly target: number | undefined;
  readonly request: GatewayRequest;
  readonly signal?: AbortSignal | undefined;
}

/** Who answered: index in the revision's chain, and its logical names. */
export interface AnsweredBy {
  readonly target: number;
  /** `openai/gpt-5-mini` */
  readonly name: string;
}

/** What an answer calls the model that gave it, and the build of it where it does. */
export interface ServedBy {
  readonly model: string;
  readonly fingerprint?: string;
}

export interface PinnedAnswered {
  readonly kind: 'answered';
  readonly output: string;
  /** In OpenAI's words; absent where the gateway tells none. */
  readonly finishReason?: string;
  readonly latencyMs: number;
  readonly usage?: Usage;
  readonly servedBy?: ServedBy;
  readonly answeredBy?: AnsweredBy;
  /** The model said that it declines. */
  readonly refused?: boolean;
  readonly toolCalls?: readonly ToolCall[];
  /** Of a stream: when its first content came. */
  readonly firstContentMs?: number;
  /** How many targets were tried; and of one that is asked until it answers, how many calls had no answer, and this one. */
  readonly attempts: number;
}

/** The revision gave no answer, by its own fault or that of its binding: an error of the case. */
export interface FailedReply {
  readonly kind: 'failed';
  readonly code: string;
  readonly message: string;
  readonly latencyMs: number;
  /** HTTP status of the provider, where it said one. */
  readonly status?: number;
  /** How often it was asked, where it gave no answer at all. */
  readonly attempts?: number;
}

/** The provider gave no answer, which is nobody's result. */
export interface Unanswered {
  readonly kind: 'unanswered';
  /** `refused`: it takes no calls now (its limit, an overload, no connection). `silent`: nothing came of the call. */
  readonly how: 'refused' | 'silent';
  readonly code: string;
  readonly message: string;
  readonly latencyMs: number;
  readonly retryAfterMs?: number;
}

/** Throws `unreachable` or `broken_measurement` where the gateway does not take the question at all. */
export type AskOnce = (question: PinnedQuestion) => Promise<PinnedAnswered | FailedReply | Unanswered>;
/** As `AskOnce`, and asks again until there is an answer. */
export type AskPinned = (question: PinnedQuestion) => Promise<PinnedAnswered | FailedReply>;
