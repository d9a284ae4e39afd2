import type { GateOutcome } from '../../domain/release/release.ts';

/** Outcome of a gate with what a person reads about it: at most 300 bytes, never content. */
export interface GateResult {
  readonly outcome: GateOutcome | 'skipped';
  readonly summary: string;
  readonly evidenceDigest?: string;
}

/** How far an evaluation or a mirror replay is: the plan of one round of shards, each a list of work ids. */
export interface EvaluationRound {
  readonly runId: string;
  readonly round: number;
  readonly shards: number;
}

/**
 * The activities of evaluation and mirror replay (activities/evaluation/evaluation.ts, activities/evaluation/mirror.ts). All are safe to repeat:
 * a case or pair is accounted for once (unique on run, case, revision, target, repeat).
 */
export interface EvaluationActivities {
  /**
   * Probes the candidate's targets, and plans the cases of the release's suites; `skipped` where the plan says so,
   * `decided` where a target cannot answer, or could not be probed for a plan that skips.
   */
  planEvaluation(args: {
    readonly releaseId: string;
  }): Promise<
    | { readonly kind: 'skipped' }
    | { readonly kind: 'decided'; readonly gate: GateResult }
    | ({ readonly kind: 'planned' } & EvaluationRound)
  >;
  /** Runs one shard of a round through the staging gateway, pinned to each arm; heartbeats; resumes what is missing. */
  runEvaluationShard(args: {
    readonly runId: string;
    readonly round: number;
    readonly shard: number;
  }): Promise<{ readonly calls: number }>;
  /** Decides, or asks for another round of repeats. */
  decideEvaluation(args: {
    readonly runId: string;
    readonly round: number;
  }): Promise<
    { readonly kind: 'decided'; readonly gate: GateResult } | ({ readonly kind: 'more' } & EvaluationRound)
  >;
}

export interface MirrorActivities {
  /** Checks the parity of staging and production, waits for samples (`waiting`: ask again), plans the pairs. */
  planMirror(args: {
    readonly releaseId: string;
    readonly waitedMs: number;
  }): Promise<
    | { readonly kind: 'skipped' }
    | { readonly kind: 'waiting'; readonly have: number; readonly need: number }
    | { readonly kind: 'decided'; readonly gate: GateResult }
    | ({ readonly kind: 'planned' } & EvaluationRound)
  >;
  runMirrorShard(args: {
    readonly runId: string;
    readonly round: number;
    readonly shard: number;
  }): Promise<{ readonly calls: number }>;
  decideMirror(args: { readonly runId: string }): Promise<GateResult>;
}

/** What runs on the queue of evaluations. */
export type MeasuringActivities = EvaluationActivities & MirrorActivities;
