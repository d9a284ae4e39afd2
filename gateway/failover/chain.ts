import type { ProviderFailure } from '../../protocols/failures/failure.ts';
import type { ModelRequest, Protocol } from '../../protocols/request.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import type { LeaveSignal } from '../answer/leave-signal.ts';
import type { AnswerOutput } from '../answer/output.ts';

/** What came of one target: the one try of it, or that it was left alone. */
export interface Attempt {
  readonly provider: string;
  readonly model: string;
  readonly logicalModel: string;
  /** `skipped`: not called, because of its breaker or Retry-After. */
  readonly outcome: 'answered' | 'failed' | 'skipped';
  readonly failure?: ProviderFailure;
  /** The most output tokens that the target was asked for, where there was a limit. */
  readonly maxTokens?: number;
  /** HTTP status of the provider's answer, where there was one. */
  readonly status?: number;
  readonly durationMs: number;
}

export type ChainResult =
  | {
      readonly kind: 'answered';
      readonly target: ResolvedTarget;
      /** Its position in the chain. */
      readonly index: number;
      readonly attempts: readonly Attempt[];
      /** Lets the answer go there, to its end. To be called once. Its caller going away ends it. */
      readonly flowTo: (output: AnswerOutput) => void;
      /** From the start of the chain. */
      readonly firstContentMs: number;
    }
  | {
      readonly kind: 'failed';
      /** By position in the chain, up to the last one that was asked. */
      readonly attempts: readonly Attempt[];
      readonly error: ProviderFailure;
    };

export interface ChainCall {
  readonly chain: readonly ResolvedTarget[];
  readonly request: ModelRequest;
  /** Spans the whole chain and the whole answer. */
  readonly totalTimeoutMs: number;
  /** What the revision gives a request in all, of which some is spent already; where it is left out, none is. */
  readonly patienceMs?: number;
  /** The caller went away. */
  readonly signal: LeaveSignal;
  /** The protocol that the answer may be handed on in as it comes; without one it comes as events. */
  readonly relayTo?: Protocol;
  /** W3C trace context (`traceparent`, `tracestate`) for the provider. */
  readonly traceHeaders?: Readonly<Record<string, string>>;
  /**
   * Asked for a measurement of the chain itself: it neither reads nor moves what production's requests know of the
   * targets' health.
   */
  readonly isMeasurement?: boolean;
  /** Headers of the caller's, each for the vendor whose it is and for no other. */
  readonly callersHeaders?: Readonly<Record<string, string>>;
}

/** Tries one target after the other until one gives content; never throws for what a provider does. */
export type CallChain = (call: ChainCall) => Promise<ChainResult>;
