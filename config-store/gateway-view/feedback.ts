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

/** Keeps what is new, over all gateways and restarts; gives that as `[ref, name]`. */
export async function storeFeedback(
  db: Db,
  { environment, told }: { readonly environment: string; readonly told: readonly ToldFeedback[] },
): Promise<readonly (readonly [string, string])[]> {
  // Of two of a name the first holds, also where they come at once.
  const first = new Map(told.toReversed().map((each) => [`${each.ref}/${each.name}`, each]));
  const rows = await query<{ readonly kept: [string, string] }>(
    db,
    'select kept from store_feedback($1, $2) as kept',
    [environment, json([...first.values()])],
  );
  return rows.map(({ kept }) => kept);
}

/** What all gateways were told, oldest first: since `afterAt`, and a little of before once more. */
export function readFeedback(
  db: Db,
  { environment, afterAt }: { readonly environment: string; readonly afterAt: string | undefined },
): Promise<HeardFeedback[]> {
  return query<HeardFeedback>(
    db,
    'select ref, name, value, received_at as "receivedAt" from gateway_feedback($1, $2)',
    [environment, afterAt],
  );
}
