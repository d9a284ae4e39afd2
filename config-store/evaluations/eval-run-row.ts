import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { Plan } from '../../domain/release/plan.ts';
import type { SuiteRow } from '../apps/app-row.ts';

export interface SampleRow {
  id: string;
  app: string;
  environment: string;
  revision: string;
  arm: string;
  metadata: JsonObject;
  body?: Buffer;
  /** Has redaction altered it? Absent in those that are older than the question. */
  altered?: boolean;
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
  suites: SuiteRow[];
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
