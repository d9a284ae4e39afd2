import type { Decision } from './decider.ts';

/** How a call of the vendor went. */
export interface Outcome {
  /** `error` and `timeout` count as bad; `caller-fault` and `cancelled` do not. */
  readonly outcome: 'ok' | 'error' | 'timeout' | 'caller-fault' | 'cancelled';
  /** From its start to its end. */
  readonly latencyMs: number;
  readonly usage?: { readonly inputTokens: number; readonly outputTokens: number };
}

/** What of a decision is told; what it is of, its `proof` and its time say. */
export type Reported = Pick<Decision, 'proof' | 'decidedMs'>;

/** What became of an answer, for guardrails that go by it. No content: it is kept as it is. */
export interface Feedback {
  readonly name: string;
  readonly value: string | number | boolean;
}
