export interface LookArgs {
  releaseId: string;
  stage: string;
  /** Number of the look within its stage, from 0: repeated, it returns what was stored. */
  look: number;
  splitVersion: number;
  weight: number;
  /** Time on the hold clock since the last look, on the whole, wanted, and at most before the step is inconclusive. */
  elapsedMs: number;
  heldMs: number;
  holdMs: number;
  deadlineMs: number;
  minExposures: number;
  /** How long the candidate may be served after this measurement. */
  leaseMs: number;
  /** Somebody with the right to do so has asked to skip the rest of the hold. */
  promote: boolean;
}

/** Evidence as natural logarithms; a rate is null where nothing was exposed. */
export interface GuardrailStatus {
  name: string;
  evidence: number;
  threshold: number;
  candidateRate: number | null;
  stableRate: number | null;
  /** Why it does not decide, where it does not. */
  note?: string;
}

export interface LookResult {
  /**
   * `alarm`: at 100 %, the absolute bound is broken, and only a comparison with stable can decide. `again`: too much of the
   * step is unknown, so it starts again at a new split version.
   */
  verdict: 'fail' | 'pass' | 'wait' | 'inconclusive' | 'superseded' | 'alarm' | 'again';
  /** One sentence of at most 300 bytes. */
  reason: string;
  exposures: { candidate: number; stable: number };
  guardrails: GuardrailStatus[];
  /** With a `pass` that a promotion has brought about: what the step lacked of one of its own. */
  lacking?: string;
  /** It does not pass for what callers choose or say alone: that takes nothing back, in the end either. */
  byCallers?: boolean;
  /** With `fail` and `alarm`: what was worse than it may be. */
  guardrail?: string;
  /** Of the evidence of the stage so far. */
  evidenceDigest?: string;
  /** There are commands that the workflow has not read: its wake-up call was lost. */
  unreadCommands: boolean;
}

/** A batch of looks at one step, or at the weight that holds while the next step may not be written. */
export interface BatchArgs {
  releaseId: string;
  /** The first run of the workflow: only the release that is its own is taken back. */
  firstRunId: string;
  stage: string;
  splitVersion: number;
  weight: number;
  holdMs: number;
  deadlineMs: number;
  minExposures: number;
  promote: boolean;
  /** Number of the first look, and where the hold clock is: now, and at the last look. */
  look: number;
  heldMs: number;
  lookedAtHeldMs: number;
  /** The step is served everywhere, measured and not paused. */
  clockRuns: boolean;
  /** The weight is held, so that only what takes the candidate back ends the batch. */
  holds: boolean;
  /** How long the release has been paused, where it is. */
  pausedMs?: number;
  /** Nothing valid was measured last: attempts come at `blindIntervalMs`, and the first valid look ends the batch. */
  blind: boolean;
  blindIntervalMs: number;
  /** The plan's: how long the candidate is served without a fresh judgement. */
  leaseMs: number;
  /** The newest command that the workflow knows of. */
  seenCommandId: number;
  /** The batch ends after this long. */
  forMs: number;
}

/** `blind`: nothing valid can be measured; `seeing`: it can again; `interrupted`: there is something new to know. */
export interface BatchResult {
  ended: 'decided' | 'blind' | 'seeing' | 'over' | 'interrupted';
  /** The newest look, and why there is none where nothing valid was measured. */
  last?: LookResult;
  why?: string;
  /** Number of the next look. */
  look: number;
  heldMs: number;
  lookedAtHeldMs: number;
  newestCommandId: number;
}

export interface LookActivities {
  /** Measures, judges, stores evidence and renews the lease. Fails with `broken_measurement` where nothing valid was measured. */
  takeLook(args: LookArgs): Promise<LookResult>;
  /** Looks again and again; heartbeats; a candidate that fails is taken out before this returns. */
  takeLooks(args: BatchArgs): Promise<BatchResult>;
}
