import type { GateOutcome } from '../../domain/release/release.ts';

/** Outcome of a gate with what a person reads about it: at most 300 bytes, never content. */
export interface GateResult {
  outcome: GateOutcome | 'skipped';
  summary: string;
  evidenceDigest?: string;
}

/** How far an evaluation or a mirror replay is: the plan of one round of shards, each a list of work ids. */
export interface EvaluationRound {
  runId: string;
  round: number;
  shards: number;
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
    releaseId: string;
  }): Promise<
    { kind: 'skipped' } | { kind: 'decided'; gate: GateResult } | ({ kind: 'planned' } & EvaluationRound)
  >;
  /** Runs one shard of a round through the staging gateway, pinned to each arm; heartbeats; resumes what is missing. */
  runEvaluationShard(args: { runId: string; round: number; shard: number }): Promise<{ calls: number }>;
  /** Decides, or asks for another round of repeats. */
  decideEvaluation(args: {
    runId: string;
    round: number;
  }): Promise<{ kind: 'decided'; gate: GateResult } | ({ kind: 'more' } & EvaluationRound)>;
}

export interface MirrorActivities {
  /** Checks the parity of staging and production, waits for samples (`waiting`: ask again), plans the pairs. */
  planMirror(args: {
    releaseId: string;
    waitedMs: number;
  }): Promise<
    | { kind: 'skipped' }
    | { kind: 'waiting'; have: number; need: number }
    | { kind: 'decided'; gate: GateResult }
    | ({ kind: 'planned' } & EvaluationRound)
  >;
  runMirrorShard(args: { runId: string; round: number; shard: number }): Promise<{ calls: number }>;
  decideMirror(args: { runId: string }): Promise<GateResult>;
}

/** What runs on the queue of evaluations. */
export type MeasuringActivities = EvaluationActivities & MirrorActivities;
