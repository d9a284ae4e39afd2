import type { GuardrailStatus } from '../../activities/looks/contract.ts';
import type { Outcome, ReleaseState } from '../../domain/release/release.ts';

/** The answer of the query `status`. */
export interface ReleaseStatus {
  releaseId: string;
  app: string;
  revision: string;
  state: ReleaseState;
  stage: string;
  /** The candidate's share in percent that holds now. */
  weight: number;
  paused: boolean;
  outcome?: Outcome;
  reason?: string;
  /** The step's hold clock. */
  hold?: { elapsedMs: number; totalMs: number };
  /**
   * What the workflow knows of the step's measurement, as it last heard of it: looks come in batches, and what holds at the
   * gateways at this moment no workflow can tell. ISO 8601 by its clock.
   */
  measured?: {
    /** When it last heard of a valid look; absent before the first. */
    heardAt?: string;
    /** Until when that look has renewed the lease. */
    leaseUntil?: string;
    /** Every gateway that was alive has taken the step's split version. */
    served: boolean;
  };
  /** Where the block `health` is read, which says what holds now: lease, weight as served, workers. Not once it has ended. */
  health?: string;
  /** What the release waits for where it does not simply go on: gateways, a measurement, a decision. */
  waitingFor?: string;
  /** When the release ends by itself if that does not come, ISO 8601 by the workflow's clock. */
  waitingUntil?: string;
  /** Who paused it and why, and until when it may last. */
  pause?: { by?: string; reason?: string; until: string };
  /** Looks of the present step so far, and one line a guardrail of the newest. */
  looks: number;
  guardrails: GuardrailStatus[];
}
