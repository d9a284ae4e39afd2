import { query, type Db } from '../postgres/db.ts';

/** Whether a revision of an app can be served here, and answers. */
export interface RehearsalQuestion {
  readonly app: string;
  /** Its digest. */
  readonly revision: string;
}

export type RehearsalOutcome = 'ready' | 'dead' | 'unbound' | 'unknown';

/** What a gateway is to find out now; whoever takes a question has 20 s for it before another one does. */
export function takeRehearsals(
  db: Db,
  {
    environment,
    gatewayId,
    bootId,
  }: { readonly environment: string; readonly gatewayId: string; readonly bootId: string },
): Promise<RehearsalQuestion[]> {
  return query<RehearsalQuestion>(db, 'select app, revision from take_rehearsals($1, $2, $3)', [
    environment,
    gatewayId,
    bootId,
  ]);
}

/** What it found. Where it cannot bind the revision, the other gateways are asked. */
export async function answerRehearsal(
  db: Db,
  answer: RehearsalQuestion & {
    readonly environment: string;
    readonly gatewayId: string;
    /** Nobody else knows it: that a revision cannot be bound, a gateway says of itself alone. */
    readonly bootId: string;
    readonly outcome: RehearsalOutcome;
    readonly reason?: string | undefined;
  },
): Promise<void> {
  const { app, environment, revision, gatewayId, bootId, outcome, reason } = answer;
  await query(db, 'select answer_rehearsal($1, $2, $3, $4, $5, $6, $7)', [
    app,
    environment,
    revision,
    gatewayId,
    outcome,
    reason,
    bootId,
  ]);
}
