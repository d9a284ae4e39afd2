import type { HashedEntry } from '../domain/audit/entry.ts';
import type { ArmCounts, Horizon } from '../domain/guardrail/arm-counts.ts';
import type { JsonObject, JsonValue } from '../domain/json.ts';
import type { Plan } from '../domain/release/plan.ts';
import type { ReleasePolicy } from '../domain/policy/release-policy.ts';
import type { CommandKind, Ending, ReleaseState } from '../domain/release/release.ts';
import type { Provenance, RevisionContent } from '../domain/revision/revision.ts';
import type { TokenRights } from '../domain/access/token-rights.ts';
import type { Arm, Split } from '../domain/split/split.ts';

// The rows of the store. Times are ISO 8601 in UTC; what is NULL in the database is absent here; 64-bit hashes are
// decimal strings, all other whole numbers are JavaScript numbers.

/** A list is read in pages: at most 50 items, and the cursor that the page before gave. */
export interface PageRequest {
  limit?: number | undefined;
  cursor?: string | undefined;
}

export interface Page<T> {
  items: T[];
  /** Absent on the last page. */
  nextCursor?: string;
}

export type Sampling = 'off' | 'metadata' | 'redacted' | 'full';

/** What is kept of an app's requests, and how many. */
export interface SampleSettings {
  sampling: Sampling;
  /** Over all gateways of an environment, in the long run. */
  samplesPerSecond: number;
  /** In an environment: the newest ones. */
  maxSamples: number;
}

/** Are callers' reports of calls past the gateways shown alone, or judged with what gateways have seen? */
export type Reports = 'shown' | 'judged';

export interface PublishedSuite {
  name: string;
  digest: string;
  content: JsonObject;
}

/** What the newest publication of an app brought along. */
export interface Published {
  plans?: Record<string, Plan>;
  suites?: PublishedSuite[];
}

export interface AppRow extends SampleSettings {
  reports: Reports;
  name: string;
  published: Published;
  createdAt: string;
}

export interface RevisionRow {
  app: string;
  digest: string;
  label: string;
  content: RevisionContent;
  provenance: Provenance;
  createdBy: string;
  createdAt: string;
}

export interface StoredSplit extends Split {
  /** The release whose candidate is on the traffic. */
  releaseId?: string;
}

export type SplitChangeKind = 'create' | 'raise' | 'promote' | 'rollback';

export interface HistoryRow extends StoredSplit {
  kind: SplitChangeKind;
  operationId: string;
  /** Digests of the revisions that this write took out; empty where it undid nothing. */
  tookOut: string[];
  leaseUntil?: string;
  reason: string;
  actor: string;
  at: string;
}

export interface ReleaseToCreate {
  id?: string | undefined;
  app: string;
  environment: string;
  /** Digest of a published revision. */
  revision: string;
  planName: string;
  plan: Plan;
  suites: readonly PublishedSuite[];
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
  suites: PublishedSuite[];
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

/** What a write of a split came to. */
export type SplitWriteResult =
  | { kind: 'written'; version: number }
  /** The same operation was written before, as this version. */
  | { kind: 'repeated'; version: number }
  /** The split is at another version than the writer expected. */
  | { kind: 'moved'; version: number }
  | { kind: 'not-progressing'; state: ReleaseState };

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

export interface EvidenceRow {
  releaseId: string;
  stage: string;
  look: number;
  splitVersion: number;
  counts: JsonValue;
  judgement: JsonValue;
  measuredAt: string;
}

export interface LeaseRow {
  app: string;
  environment: string;
  releaseId: string;
  ttlMs: number;
  /** Since its last renewal, by the database's clock. */
  ageMs: number;
}

/** `lease-expired`: requests that would have been the candidate's, served by stable. */
export type CountedArm = Arm | 'lease-expired';

export interface ArmCounterRow {
  app: string;
  splitVersion: number;
  arm: CountedArm;
  counts: ArmCounts;
}

/** A subject had its one bad event of a guardrail in a release. */
export interface Charge {
  releaseId: string;
  /** Name of the guardrail's counter. */
  guardrail: string;
  horizon: Horizon;
  /** A signed 64-bit hash as a decimal string. */
  subjectHash: string;
  arm: Arm;
  splitVersion: number;
}

/** A subject, on a sample of the hashes, that was new since the split version began. */
export interface Seen {
  app: string;
  splitVersion: number;
  subjectHash: string;
  arm: Arm;
}

export interface Refusal {
  version: number;
  reason: string;
}

/** What a gateway has served of an app, where the database has lost it (a replica took over, a backup was restored). */
export interface Ahead {
  /** The newest split version that it has served. */
  version: number;
  /** Digests. */
  stable?: string;
  candidate?: string;
  weight: number;
  /** The split version that it found in the database; 0: no split at all. */
  told: number;
}

export interface GatewayRow {
  gatewayId: string;
  bootId: string;
  environment: string;
  /** The split version that it serves, by app. */
  acks: Record<string, number>;
  refusals: Record<string, Refusal>;
  /** By app; empty but after a loss. */
  ahead: Record<string, Ahead>;
  fingerprint: JsonObject;
  startedAt: string;
  heartbeatAgeMs: number;
  /** Heartbeat under 5 s old and not ended. */
  live: boolean;
  endedCleanly: boolean;
}

export interface SampleRow {
  id: string;
  app: string;
  environment: string;
  revision: string;
  arm: string;
  metadata: JsonObject;
  body?: Buffer;
  createdAt: string;
  expiresAt: string;
}

export type EvalKind = 'evaluation' | 'mirror';

export interface EvalRunRow {
  id: string;
  kind: EvalKind;
  releaseId?: string;
  /** Where it evaluates an app's first revision. */
  firstEvaluationId?: string;
  app: string;
  candidate: string;
  stable?: string;
  planned: JsonValue;
  decision?: JsonValue;
  createdAt: string;
  decidedAt?: string;
  expiresAt?: string;
}

/** What an app's first revision is judged by; its result is an `EvalRunRow`. */
export interface FirstEvaluationRow {
  id: string;
  app: string;
  /** Digest of the revision that is to be the first stable one. */
  revision: string;
  planName: string;
  plan: Plan;
  suites: PublishedSuite[];
  actor: string;
  createdAt: string;
  /** What keeps it waiting at present. */
  waitingFor?: string;
}

/** One that was passed, with what the gate says of it. */
export interface PassedEvaluation extends FirstEvaluationRow {
  summary: string;
  evidenceDigest: string;
}

export interface EvalResultRow {
  runId: string;
  caseId: string;
  revision: string;
  target: number;
  repeat: number;
  score?: number;
  passed: boolean;
  error?: string;
  latencyMs?: number;
  costUsd?: number;
  details: JsonObject;
}

export interface PolicyRow {
  /** An app, or `*`. */
  scope: string;
  version: number;
  digest?: string;
  /** As it was published; absent where the scope has no policy of its own from then on. */
  policy?: JsonObject;
  actor: string;
  reason?: string;
  at: string;
}

export interface TokenRow extends TokenRights {
  id: string;
  name: string;
  /** The person or program that it stands for. */
  subject: string;
  lastUsedAt?: string;
}

/** A valid token, as who holds it is known. */
export interface FoundToken extends TokenRow {
  /** `token:<name>`, and `ci:<name of the trust>` for one that CI got in exchange for its own. */
  actor: string;
}

export interface AuditRow extends HashedEntry {
  /** Place in the chain; absent for the moment between its commit and the sequencer. */
  position?: number;
  /** SHA-256 in hexadecimal over this entry and the hash before it. */
  hash?: string;
}
