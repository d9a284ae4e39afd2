import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { Plan } from '../../domain/release/plan.ts';
import type { SuiteRow } from '../apps/app-row.ts';

export interface SampleRow {
  readonly id: string;
  readonly app: string;
  readonly environment: string;
  readonly revision: string;
  readonly arm: string;
  readonly metadata: JsonObject;
  readonly body?: Buffer;
  /** Has redaction altered it? Absent in those that are older than the question. */
  readonly altered?: boolean;
  readonly createdAt: string;
  readonly expiresAt: string;
}

export type EvalKind = 'evaluation' | 'mirror';

export interface EvalRunRow {
  readonly id: string;
  readonly kind: EvalKind;
  readonly releaseId?: string;
  /** Where it evaluates an app's first revision. */
  readonly firstEvaluationId?: string;
  readonly app: string;
  readonly candidate: string;
  readonly stable?: string;
  readonly planned: JsonValue;
  readonly decision?: JsonValue;
  readonly createdAt: string;
  readonly decidedAt?: string;
  readonly expiresAt?: string;
}

/** What an app's first revision is judged by; its result is an `EvalRunRow`. */
export interface FirstEvaluationRow {
  readonly id: string;
  readonly app: string;
  /** Digest of the revision that is to be the first stable one. */
  readonly revision: string;
  readonly planName: string;
  readonly plan: Plan;
  readonly suites: SuiteRow[];
  readonly actor: string;
  readonly createdAt: string;
  /** What keeps it waiting at present. */
  readonly waitingFor?: string;
}

/** One that was passed, with what the gate says of it. */
export interface PassedEvaluation extends FirstEvaluationRow {
  readonly summary: string;
  readonly evidenceDigest: string;
}

export interface EvalResultRow {
  readonly runId: string;
  readonly caseId: string;
  readonly revision: string;
  readonly target: number;
  readonly repeat: number;
  readonly score?: number;
  readonly passed: boolean;
  readonly error?: string;
  readonly latencyMs?: number;
  readonly costUsd?: number;
  readonly details: JsonObject;
}
