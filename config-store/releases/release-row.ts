import type { CommandKind, Ending, ReleaseState } from '../../domain/release/release.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Plan } from '../../domain/release/plan.ts';
import type { Provenance } from '../../domain/revision/revision.ts';
import type { SuiteRow } from '../apps/app-row.ts';
import type { ReleasePolicy } from '../../domain/policy/release-policy.ts';

export interface ReleaseToCreate {
  id?: string | undefined;
  app: string;
  environment: string;
  /** Digest of a published revision. */
  revision: string;
  planName: string;
  plan: Plan;
  suites: readonly SuiteRow[];
  /** The policy that it was held to; it is held to the one of then when it is opened. */
  policy?: ReleasePolicy | undefined;
  provenance: Provenance;
  actor: string;
  /** The subject of whoever asked for it. */
  author?: string | undefined;
  /** The same key again gives the release that the first one made (invariant 18). */
  idempotencyKey?: string | undefined;
}

export interface ReleaseRow {
  id: string;
  app: string;
  environment: string;
  revision: string;
  /** The label of `revision`. */
  label: string;
  /** The stable revision when the release was opened. */
  stable?: string;
  planName: string;
  plan: Plan;
  planDigest: string;
  /** By which its evidence is judged (domain/guardrail/rules.ts). */
  rules: number;
  suites: SuiteRow[];
  /** The policy that it was held to last; absent in releases that are older than policies. */
  policy?: ReleasePolicy;
  state: ReleaseState;
  stage?: string;
  reason?: string;
  progress: JsonObject;
  /** What a rollback under way will end in. */
  ending?: Ending;
  /** Who decided how it ends: a person, or the system; absent while nobody has. */
  decidedBy?: string;
  workflowId: string;
  firstRunId?: string;
  /** Its run is being replaced, and how often in a row that brought it no further. */
  restarting: boolean;
  restarts: number;
  /** The ids of the Temporal cluster and namespace that its workflow runs in; absent where nobody has noted them. */
  temporalCluster?: string;
  temporalNamespace?: string;
  actor: string;
  provenance: Provenance;
  createdAt: string;
  updatedAt: string;
  closedAt?: string;
}

export interface CommandRow {
  id: number;
  releaseId: string;
  kind: CommandKind;
  actor: string;
  reason?: string;
  idempotencyKey: string;
  expectedStage?: string;
  expectedVersion?: number;
  expectedWeight?: number;
  /** Of a promotion: it also ends a pause. */
  resume: boolean;
  createdAt: string;
  appliedAt?: string;
  result?: string;
}

export type StageOutcome = 'pass' | 'fail' | 'inconclusive' | 'skipped' | 'error' | 'override';

export interface StageRow {
  releaseId: string;
  stage: string;
  outcome: StageOutcome;
  summary: string;
  details: JsonObject;
  evidenceDigest?: string;
  startedAt: string;
  endedAt: string;
}
