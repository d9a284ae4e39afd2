import type { CommandKind, Ending, ReleaseState } from '../../domain/release/release.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Plan } from '../../domain/release/plan.ts';
import type { Provenance } from '../../domain/revision/revision.ts';
import type { SuiteRow } from '../apps/app-row.ts';
import type { ReleasePolicy } from '../../domain/policy/release-policy.ts';

export interface ReleaseToCreate {
  readonly id?: string | undefined;
  readonly app: string;
  readonly environment: string;
  /** Digest of a published revision. */
  readonly revision: string;
  readonly planName: string;
  readonly plan: Plan;
  readonly suites: readonly SuiteRow[];
  /** The policy that it was held to; it is held to the one of then when it is opened. */
  readonly policy?: ReleasePolicy | undefined;
  readonly provenance: Provenance;
  readonly actor: string;
  /** The subject of whoever asked for it. */
  readonly author?: string | undefined;
  /** The same key again gives the release that the first one made (invariant 18). */
  readonly idempotencyKey?: string | undefined;
}

export interface ReleaseRow {
  readonly id: string;
  readonly app: string;
  readonly environment: string;
  readonly revision: string;
  /** The label of `revision`. */
  readonly label: string;
  /** The stable revision when the release was opened. */
  readonly stable?: string;
  readonly planName: string;
  readonly plan: Plan;
  readonly planDigest: string;
  /** By which its evidence is judged (domain/guardrail/rules.ts). */
  readonly rules: number;
  readonly suites: SuiteRow[];
  /** The policy that it was held to last; absent in releases that are older than policies. */
  readonly policy?: ReleasePolicy;
  readonly state: ReleaseState;
  readonly stage?: string;
  readonly reason?: string;
  readonly progress: JsonObject;
  /** What a rollback under way will end in. */
  readonly ending?: Ending;
  /** Who decided how it ends: a person, or the system; absent while nobody has. */
  readonly decidedBy?: string;
  readonly workflowId: string;
  readonly firstRunId?: string;
  /** Its run is being replaced, and how often in a row that brought it no further. */
  readonly restarting: boolean;
  readonly restarts: number;
  /** The ids of the Temporal cluster and namespace that its workflow runs in; absent where nobody has noted them. */
  readonly temporalCluster?: string;
  readonly temporalNamespace?: string;
  readonly actor: string;
  readonly provenance: Provenance;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt?: string;
}

export interface CommandRow {
  readonly id: number;
  readonly releaseId: string;
  readonly kind: CommandKind;
  readonly actor: string;
  readonly reason?: string;
  readonly idempotencyKey: string;
  readonly expectedStage?: string;
  readonly expectedVersion?: number;
  readonly expectedWeight?: number;
  /** Of a promotion: it also ends a pause. */
  readonly resume: boolean;
  readonly createdAt: string;
  readonly appliedAt?: string;
  readonly result?: string;
}

export type StageOutcome = 'pass' | 'fail' | 'inconclusive' | 'skipped' | 'error' | 'override';

export interface StageRow {
  readonly releaseId: string;
  readonly stage: string;
  readonly outcome: StageOutcome;
  readonly summary: string;
  readonly details: JsonObject;
  readonly evidenceDigest?: string;
  readonly startedAt: string;
  readonly endedAt: string;
}
