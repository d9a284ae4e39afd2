import { json, query, type Db } from '../postgres/db.ts';

/** Something of an answer that somebody told after the fact. */
export interface ToldFeedback {
  readonly app: string;
  /** Names the answer, or the assignment that it was for. */
  readonly ref: string;
  readonly name: string;
  readonly value: string | number | boolean;
  /** ISO 8601, as who told it says. */
  readonly at?: string | undefined;
  readonly arm: 'stable' | 'candidate' | 'none';
  readonly splitVersion: number;
  /** ISO 8601, by the clock of the gateway that answered. */
  readonly answeredAt: string;
}

export type HeardFeedback = Pick<ToldFeedback, 'ref' | 'name' | 'value'> & {
  /** ISO 8601, by the database's clock. */
  readonly receivedAt: string;
};

export interface FeedbackQuery {
  /** ISO 8601, by the database's clock: of the newest that was heard; the last minute where nothing was yet. */
  readonly afterAt: string | undefined;
  readonly events: readonly { readonly app: string; readonly name: string }[];
}

/** Of what was told: what is new and kept, and what was not, since too much is known of its answer already. */
export interface StoredFeedback {
  readonly kept: readonly (readonly [string, string])[];
  readonly full: readonly (readonly [string, string])[];
}

/** Keeps what is new, over all gateways and restarts, at most 32 names of an answer; gives each as `[ref, name]`. */
export async function storeFeedback(
  db: Db,
  { environment, told }: { readonly environment: string; readonly told: readonly ToldFeedback[] },
): Promise<StoredFeedback> {
  // Of two of a name the first holds, also where they come at once.
  const first = new Map(told.toReversed().map((each) => [`${each.ref}/${each.name}`, each]));
  const rows = await query<{ readonly became: [ref: string, name: string, full?: 'full'] }>(
    db,
    'select became from store_feedback($1, $2) as became',
    [environment, json([...first.values()])],
  );
  const pairs = (isFull: boolean) =>
    rows.flatMap(({ became: [ref, name, full] }) =>
      (full === 'full') === isFull ? [[ref, name] as const] : [],
    );
  return { kept: pairs(false), full: pairs(true) };
}

/** What all gateways were told of these events, oldest first: since `afterAt`, and a little of before once more. */
export function readFeedback(
  db: Db,
  { environment, afterAt, events }: FeedbackQuery & { readonly environment: string },
): Promise<HeardFeedback[]> {
  return query<HeardFeedback>(
    db,
    'select ref, name, value, received_at as "receivedAt" from gateway_feedback($1, $2, $3)',
    [environment, afterAt, json(events)],
  );
}
