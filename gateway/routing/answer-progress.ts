import type { JsonObject } from '../../domain/json.ts';
import type { Arm, ArmReason } from '../../domain/split/split.ts';
import type { ProviderFailure } from '../../protocols/failures/failure.ts';
import type { ModelRequest } from '../../protocols/request.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import type { LeaveSignal } from '../answer/leave-signal.ts';
import type { Clock } from '../clock.ts';
import type { ServedRevision } from '../config/bind-revision.ts';
import type { Attempt, CallChain } from '../failover/chain.ts';
import { nothingHeard, type Heard } from '../live/heard.ts';
import type { Admitted } from './admit.ts';
import type { IncomingModelRequest } from './incoming.ts';

/** What is known of an answer while it comes about: what the headers, the sample and the metrics say. */
export interface AnswerProgress {
  /** With arm and reason: another one where stable answers for the candidate. */
  revision: ServedRevision;
  arm: Arm | 'pinned';
  reason: ArmReason;
  readonly attempts: Attempt[];
  /** Whose answer it is, and its index in the chain of the revision that answered. */
  answeredBy: { readonly target: ResolvedTarget; readonly index: number } | undefined;
  /** The most output tokens that it was asked for. */
  maxTokens: number | undefined;
  /** Why there is none. */
  failedBy: ProviderFailure | undefined;
  /** Undefined where nobody spoke of any. */
  documents: readonly JsonObject[] | undefined;
  index: { readonly version: string; readonly digest: string } | undefined;
  undeclared: readonly string[];
  /** Fields of the request that the revision does not leave to its caller. */
  ignored: readonly string[];
  /** What the revision asked of its chain, for the answer that there is. */
  asked: ModelRequest | undefined;
  /** Where stable is asked in its place: how many of the attempts were the candidate's own, and what it failed by. */
  ownFailure: { readonly attempts: number; readonly code: string } | undefined;
  /** It promised JSON or a tool's arguments, and something else came. */
  invalidFormat: boolean;
  /** Content has come: who leaves from now on leaves in the middle of an answer. */
  hasContent: boolean;
  /** The request itself was wrong: no arm is charged. */
  callerFault: boolean;
  /** Of an answer that will be scored: what went by. */
  readonly heard: Heard | undefined;
}

export interface AnswerParts {
  readonly clock: Clock;
  readonly callChain: CallChain;
  readonly onIndex: (
    app: string,
    revision: ServedRevision,
    index: { readonly version: string; readonly digest: string },
  ) => void;
}

export interface AdmittedQuestion {
  readonly admitted: Admitted;
  readonly incoming: IncomingModelRequest;
  readonly signal: LeaveSignal;
  readonly progress: AnswerProgress;
}

/** The state of an answer before anything is known but its revision. */
export function startProgress({ revision, arm, reason, live }: Admitted): AnswerProgress {
  return {
    revision,
    arm,
    reason,
    attempts: [],
    answeredBy: undefined,
    maxTokens: undefined,
    failedBy: undefined,
    documents: undefined,
    index: undefined,
    undeclared: [],
    ignored: [],
    asked: undefined,
    ownFailure: undefined,
    invalidFormat: false,
    hasContent: false,
    callerFault: false,
    heard: live === undefined ? undefined : nothingHeard(),
  };
}
