import { json, query, type Db } from '../postgres/db.ts';

/** What an application that decides by a streamed split says of itself. */
export interface ClientAck {
  readonly app: string;
  readonly name: string;
  /** New for each of its processes. */
  readonly bootId: string;
  /** The split version that it goes by. */
  readonly version: number;
  /** It decides no more. */
  readonly ended: boolean;
}

/** Keeps which split versions such applications go by, and that they live. What cannot be so is left out. */
export async function acknowledgeSplit(
  db: Db,
  { environment, acks }: { readonly environment: string; readonly acks: readonly ClientAck[] },
): Promise<void> {
  await query(db, 'select client_acks($1, $2)', [environment, json(acks)]);
}
