import type { Progress } from '../../domain/release/progress.ts';
import type { GuardOutcome } from '../../domain/release/guard.ts';
import type { CommandKind, Ending, ReleaseState } from '../../domain/release/release.ts';

// One app in one environment.
export const app = 'shop';
export const environment = 'production';

/** A split version, as `split_history` keeps it; the newest one is what serves. */
export interface SplitVersion {
  readonly version: number;
  readonly kind: 'create' | 'raise' | 'promote' | 'rollback';
  readonly stable: string;
  readonly candidate: string | undefined;
  readonly weight: number;
  readonly releaseId: string | undefined;
  readonly salt: string;
  readonly operationId: string;
  readonly tookOut: readonly string[];
  readonly atMs: number;
}

export interface PlayedRelease {
  readonly id: string;
  readonly revision: string;
  state: ReleaseState;
  ending: Ending | undefined;
  reason: string | undefined;
  firstRunId: string | undefined;
  restarting: boolean;
  stage: string;
  readonly createdMs: number;
  closedMs: number | undefined;
  /** Stages with how they ended, in their order. */
  readonly stages: { readonly name: string; readonly outcome: string }[];
  kept: { readonly runId: string; readonly progress: Progress } | undefined;
}

export interface PlayedCommand {
  readonly id: number;
  readonly releaseId: string;
  readonly kind: CommandKind;
  readonly actor: string;
  /** Of a promotion: the step that it is about, and whether it ends a pause as well. */
  readonly stage?: string;
  readonly splitVersion?: number;
  readonly resume?: boolean;
  applied: boolean;
}

export interface PlayedLease {
  readonly releaseId: string;
  readonly renewedMs: number;
  readonly ttlMs: number;
}

/** The holdback of a release that goes on after its last raise. */
export interface PlayedGuard {
  readonly releaseId: string;
  /** What it watches, and what was stable before it. */
  readonly revision: string;
  readonly former: string;
  readonly weight: number;
  readonly splitVersion: number;
  readonly holdMs: number;
  readonly openedMs: number;
  closedMs: number | undefined;
  outcome: GuardOutcome | undefined;
  readonly looks: { readonly verdict: string; readonly heldMs: number }[];
}

export interface PlayedGateway {
  readonly id: string;
  readonly heartbeatMs: number;
  readonly ack: number;
}

export type Finding = 'gate' | 'guardrail' | 'person';
