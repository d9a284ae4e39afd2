import { appendAudit } from '../audit/append-audit.ts';
import { json, queryOne, type Db } from '../postgres/db.ts';
import { inTransaction } from '../postgres/transaction.ts';

/** A subject as it is stored: its keyed hash within an app. */
export interface StoredSubject {
  readonly app: string;
  /** Signed decimal of 64 bits. */
  readonly hash: string;
}

/** Rows that were deleted, by what they were. */
export interface ErasedRows {
  readonly samples: number;
  /** The same requests as they came, of the last hour. */
  readonly freshSamples: number;
  /** Answers to these samples in mirrors. */
  readonly mirrorResults: number;
  /** Notes that a bad event of the subject was counted. */
  readonly chargedSubjects: number;
  /** Notes on which arm the subject was seen. */
  readonly seenSubjects: number;
  /** Numbers of the subject's answers, as guardrails observed them. */
  readonly observations: number;
  /** Mirrors whose plans name samples of the subject until they have ended. */
  readonly mirrorsUnderWay: number;
}

export interface Erasure {
  /** One for each app and each key that hashes are made with. */
  readonly subjects: readonly StoredSubject[];
  readonly app?: string | undefined;
  readonly actor: string;
  readonly reason?: string | undefined;
}

/**
 * Deletes what is kept of a subject, and for an hour keeps nothing more of it. The record says who did it and how much
 * there was; it holds neither the subject nor a hash of it.
 */
export async function eraseSubject(db: Db, { subjects, app, actor, reason }: Erasure): Promise<ErasedRows> {
  return inTransaction(db, async (client) => {
    const { erased } = await queryOne<{ readonly erased: ErasedRows }>(
      client,
      'select erase_subject($1) as erased',
      [json(subjects)],
    );
    const details = { erased: { ...erased }, ...(reason === undefined ? {} : { reason }) };
    await appendAudit(client, { actor, action: 'subject.erased', app, details });
    return erased;
  });
}
