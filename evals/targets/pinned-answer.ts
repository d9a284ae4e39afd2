import type { Usage } from '../../protocols/event.ts';
import type { GatewayRequest } from '../../protocols/gateway-request.ts';

export interface PinnedQuestion {
  /** Digest of the revision that shall answer. */
  revision: string;
  /** Index of the one target of its chain that is asked; undefined: the chain as it is. */
  target: number | undefined;
  request: GatewayRequest;
  signal?: AbortSignal | undefined;
}

/** Who answered: index in the revision's chain, and its logical names. */
export interface AnsweredBy {
  target: number;
  /** `openai/gpt-5-mini` */
  name: string;
}

export interface PinnedAnswered {
  kind: 'answered';
  output: string;
  /** In OpenAI's words; absent where the gateway tells none. */
  finishReason?: string;
  latencyMs: number;
  usage?: Usage;
  answeredBy?: AnsweredBy;
  /** How many targets were tried; and of one that is asked until it answers, how many calls had no answer, and this one. */
  attempts: number;
}

/** The revision gave no answer, by its own fault or that of its binding: an error of the case. */
export interface FailedReply {
  kind: 'failed';
  code: string;
  message: string;
  latencyMs: number;
  /** HTTP status of the provider, where it said one. */
  status?: number;
  /** How often it was asked, where it gave no answer at all. */
  attempts?: number;
}

/** The provider gave no answer, which is nobody's result. */
export interface Unanswered {
  kind: 'unanswered';
  /** `refused`: it takes no calls now (its limit, an overload, no connection). `silent`: nothing came of the call. */
  how: 'refused' | 'silent';
  code: string;
  message: string;
  latencyMs: number;
  retryAfterMs?: number;
}

/** Throws `unreachable` or `broken_measurement` where the gateway does not take the question at all. */
export type AskOnce = (question: PinnedQuestion) => Promise<PinnedAnswered | FailedReply | Unanswered>;
/** As `AskOnce`, and asks again until there is an answer. */
export type AskPinned = (question: PinnedQuestion) => Promise<PinnedAnswered | FailedReply>;
