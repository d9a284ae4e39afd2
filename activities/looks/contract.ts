export interface LookArgs {
  readonly releaseId: string;
  readonly stage: string;
  /** Number of the look within its stage, from 0: repeated, it returns what was stored. */
  readonly look: number;
  readonly splitVersion: number;
  readonly weight: number;
  /** Time on the hold clock since the last look, on the whole, wanted, and at most before the step is inconclusive. */
  readonly elapsedMs: number;
  readonly heldMs: number;
  readonly holdMs: number;
  readonly deadlineMs: number;
  readonly minExposures: number;
  /** How long the candidate may be served after this measurement. */
  readonly leaseMs: number;
  /** Somebody with the right to do so has asked to skip the rest of the hold. */
  readonly promote: boolean;
}

/** Evidence as natural logarithms; a rate is null where nothing was exposed. */
export interface GuardrailStatus {
  readonly name: string;
  /** Of which kind it is, where that is not its name. */
  readonly kind?: string;
  /** It is shown, and takes no part in the decision. */
  readonly dryRun?: true;
  readonly evidence: number;
  readonly threshold: number;
  /** From which evidence on it acts where all others say nothing; absent in looks of before. */
  readonly actsAt?: number;
  readonly candidateRate: number | null;
  readonly stableRate: number | null;
  /** Of a guardrail of means: these, and of how many answers, as people read them. */
  readonly values?: { readonly candidate: string; readonly stable: string };
  /** Of a guardrail with segments: that with most evidence. */
  readonly segment?: {
    /** `tenant=acme`. */
    readonly name: string;
    readonly evidence: number;
    /** From which evidence on it alone takes the candidate back. */
    readonly actsAt: number;
    readonly candidateRate: number | null;
    readonly stableRate: number | null;
    /** Of a guardrail of means. */
    readonly values?: { readonly candidate: string; readonly stable: string };
    /** It has more of the guardrail's evidence than the whole. */
    readonly leads?: true;
  };
  /** Why it does not decide, where it does not. */
  readonly note?: string;
}

/** How a part of the requests stands; half of a guardrail's evidence is that of all its segments. */
export type SegmentStatus = NonNullable<GuardrailStatus['segment']>;

/** A guardrail that has failed a look by itself, and how. */
export interface FailedGuardrail {
  readonly name: string;
  /** Of which kind it is, where that is not its name. */
  readonly kind?: string;
  /** Stands behind its subject. */
  readonly sentence: string;
}

export interface LookResult {
  /**
   * `alarm`: at 100 %, the absolute bound is broken, and only a comparison with stable can decide. `again`: too much of the
   * step is unknown, so it starts again at a new split version.
   */
  readonly verdict: 'fail' | 'pass' | 'wait' | 'inconclusive' | 'superseded' | 'alarm' | 'again';
  /** One sentence of at most 300 bytes. */
  readonly reason: string;
  readonly exposures: { readonly candidate: number; readonly stable: number };
  readonly guardrails: GuardrailStatus[];
  /** With a `pass` that a promotion has brought about: what the step lacked of one of its own. */
  readonly lacking?: string;
  /** It does not pass for what callers choose or say alone: that takes nothing back, in the end either. */
  readonly byCallers?: boolean;
  /** With `fail` and `alarm`: what was worse than it may be. */
  readonly guardrail?: string;
  /** Of the evidence of the stage so far. */
  readonly evidenceDigest?: string;
  /** There are commands that the workflow has not read: its wake-up call was lost. */
  readonly unreadCommands: boolean;
}

/** A batch of looks at one step, or at the weight that holds while the next step may not be written. */
export interface BatchArgs {
  readonly releaseId: string;
  /** The first run of the workflow: only the release that is its own is taken back. */
  readonly firstRunId: string;
  readonly stage: string;
  readonly splitVersion: number;
  readonly weight: number;
  readonly holdMs: number;
  readonly deadlineMs: number;
  readonly minExposures: number;
  readonly promote: boolean;
  /** Number of the first look, and where the hold clock is: now, and at the last look. */
  readonly look: number;
  readonly heldMs: number;
  readonly lookedAtHeldMs: number;
  /** The step is served everywhere, measured and not paused. */
  readonly clockRuns: boolean;
  /** The weight is held, so that only what takes the candidate back ends the batch. */
  readonly holds: boolean;
  /** How long the release has been paused, where it is. */
  readonly pausedMs?: number;
  /** Nothing valid was measured last: attempts come at `blindIntervalMs`, and the first valid look ends the batch. */
  readonly blind: boolean;
  readonly blindIntervalMs: number;
  /** The plan's: how long the candidate is served without a fresh judgement. */
  readonly leaseMs: number;
  /** The newest command that the workflow knows of. */
  readonly seenCommandId: number;
  /** The batch ends after this long. */
  readonly forMs: number;
}

/** `blind`: nothing valid can be measured; `seeing`: it can again; `interrupted`: there is something new to know. */
export interface BatchResult {
  readonly ended: 'decided' | 'blind' | 'seeing' | 'over' | 'interrupted';
  /** The newest look, and why there is none where nothing valid was measured. */
  readonly last?: LookResult;
  readonly why?: string;
  /** Number of the next look. */
  look: number;
  heldMs: number;
  lookedAtHeldMs: number;
  readonly newestCommandId: number;
}

export interface LookActivities {
  /** Measures, judges, stores evidence and renews the lease. Fails with `broken_measurement` where nothing valid was measured. */
  takeLook(args: LookArgs): Promise<LookResult>;
  /** Looks again and again; heartbeats; a candidate that fails is taken out before this returns. */
  takeLooks(args: BatchArgs): Promise<BatchResult>;
}
