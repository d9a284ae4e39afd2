import type { GuardOutcome } from '../../domain/release/guard.ts';
import type { JsonValue } from '../../domain/json.ts';

/** What was not decided when a guard ended. */
export interface Undecided {
  /** For how long it was looked at, and should have been. */
  readonly heldMs: number;
  readonly holdMs: number;
  /** As its newest look found them. */
  readonly guardrails: JsonValue;
}

/** The holdback of a release that goes on after its last raise. */
export interface GuardRow {
  readonly releaseId: string;
  readonly app: string;
  readonly environment: string;
  readonly former: string;
  /** The label of `former`. */
  readonly formerLabel: string;
  readonly weight: number;
  readonly splitVersion: number;
  readonly holdMs: number;
  readonly openedAt: string;
  /** When its time is over. */
  readonly dueAt: string;
  readonly closedAt?: string;
  readonly outcome?: GuardOutcome;
  readonly reason?: string;
  readonly decidedBy?: string;
  readonly closedBy?: string;
  readonly undecided?: Undecided;
  /** Why nothing valid can be measured of it at present. */
  readonly blindWhy?: string;
  /** Since it was opened and since its newest look, by the database's clock; the second is absent before there is one. */
  readonly ageMs: number;
  readonly lookAgeMs?: number;
  /** How long it was looked at so far, by its looks, and the number of the next one. */
  readonly heldMs: number;
  readonly nextLook: number;
  /** The newest command of its release. */
  readonly newestCommandId: number;
}
