import type { Usage } from '../../domain/usage.ts';
import type { FinishReason } from '../../protocols/event.ts';
import type { ProviderFailure } from '../../protocols/failures/failure.ts';
import type { ModelRequest } from '../../protocols/request.ts';
import type { Clock } from '../clock.ts';
import type { LeaveSignal } from './leave-signal.ts';
import type { AnswerOutput } from './output.ts';

export interface AnswerArgs {
  readonly request: ModelRequest;
  /** The answer's id as callers see it, with their protocol's prefix. */
  readonly id: string;
  /** Seconds since 1970. */
  readonly createdS: number;
  /** Asked once, when the head is written: with the first piece, or after `keepAliveMs` of a held stream. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** A failure as this caller may hear it. */
  readonly asHeard: (failed: ProviderFailure) => ProviderFailure;
  /** A stream that is silent for longer gets a comment (Anthropic: `ping`). */
  readonly keepAliveMs: number;
  /** A caller that takes nothing of what is written for so long is given up; a minute, where it is left out. */
  readonly stalledMs?: number;
  readonly clock: Clock;
  /** Told what was thrown and is no `SluiceError`: callers hear nothing of it. */
  readonly onUnexpected: (error: unknown) => void;
}

/** What came of an answer. */
export interface AnswerSummary {
  /** A whole answer was written: not broken, not left by the caller. */
  readonly ok: boolean;
  readonly usage?: Usage | undefined;
  /** How its model ended it. */
  readonly finish?: FinishReason | undefined;
  readonly errored?: ProviderFailure | undefined;
  /** The caller went away before the end. */
  readonly disconnected: boolean;
}

/** An answer on its way out. Whatever becomes of it, it ends once. */
export interface OpenAnswer extends AnswerOutput {
  /** Its caller went away, or it could not be written: nobody waits for what is still to come. */
  readonly left: LeaveSignal;
  /** The one end of an answer. Never rejects. */
  readonly ended: Promise<AnswerSummary>;
}

/** How an answer is written: as a stream, or whole. */
export interface Form extends Pick<AnswerOutput, 'take' | 'whenDrained'> {
  /** Writes its end; a failure, where what came fits the protocol so little that there is no answer to write. */
  finish(reason: FinishReason): ProviderFailure | undefined;
  fail(failed: ProviderFailure): void;
  /** Nothing is written any more. */
  stop(): void;
}
