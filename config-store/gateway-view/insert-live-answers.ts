import type { Arm } from '../../domain/split/split.ts';
import { json, query, type Db } from '../postgres/db.ts';

export interface LiveAnswerToInsert {
  /** What its body is bound to. */
  readonly id: string;
  readonly app: string;
  readonly environment: string;
  readonly releaseId: string;
  readonly splitVersion: number;
  readonly arm: Arm;
  /** A signed 64-bit hash as a decimal string. */
  readonly subjectHash: string;
  /** Sealed by the key of fresh samples; without it there was an answer, and it is lost. */
  readonly body?: Buffer;
  /** Since its request was admitted, in milliseconds. */
  readonly ageMs: number;
}

/** Keeps answers for those who score them, or that they are missing, where their release is open and their app may be kept as it came. */
export async function insertLiveAnswers(db: Db, answers: readonly LiveAnswerToInsert[]): Promise<void> {
  if (answers.length === 0) return;
  const rows = answers.map(({ body, ...answer }) => ({ ...answer, body: body?.toString('base64') }));
  await query(db, 'select gateway_live_answers($1)', [json(rows)]);
}
