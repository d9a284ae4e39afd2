import type { GuardrailStatus } from '../../activities/looks/contract.ts';
import type { Outcome, ReleaseState } from '../../domain/release/release.ts';

/** The answer of the query `status`. */
export interface ReleaseStatus {
  readonly releaseId: string;
  readonly app: string;
  readonly revision: string;
  readonly state: ReleaseState;
  readonly stage: string;
  /** The candidate's share in percent that holds now. */
  readonly weight: number;
  /** Of the plan's audience, in percent, which had it first; absent where the plan has none or it is not served yet. */
  readonly audienceShare?: number;
  readonly paused: boolean;
  readonly outcome?: Outcome;
  readonly reason?: string;
  /** The step's hold clock. */
  readonly hold?: { readonly elapsedMs: number; readonly totalMs: number };
  /**
   * What the workflow knows of the step's measurement, as it last heard of it: looks come in batches, and what holds at the
   * gateways at this moment no workflow can tell. ISO 8601 by its clock.
   */
  readonly measured?: {
    /** When it last heard of a valid look; absent before the first. */
    readonly heardAt?: string;
    /** Until when that look has renewed the lease. */
    readonly leaseUntil?: string;
    /** Every gateway that was alive has taken the step's split version. */
    readonly served: boolean;
  };
  /** Where the block `health` is read, which says what holds now: lease, weight as served, workers. Not once it has ended. */
  readonly health?: string;
  /** What the release waits for where it does not simply go on: gateways, a measurement, a decision. */
  readonly waitingFor?: string;
  /** When the release ends by itself if that does not come, ISO 8601 by the workflow's clock. */
  readonly waitingUntil?: string;
  /** Who paused it and why, and until when it may last. */
  readonly pause?: { readonly by?: string; readonly reason?: string; readonly until: string };
  /** Looks of the present step so far, and one line a guardrail of the newest. */
  readonly looks: number;
  readonly guardrails: GuardrailStatus[];
}
