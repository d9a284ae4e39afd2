import { query, type Db } from '../postgres/db.ts';

/** How many samples of an app there are in an environment. Figures alone. */
export interface SampleStock {
  readonly app: string;
  readonly environment: string;
  /** Requests as they came, of the last hour: of those that redaction has altered. */
  readonly fresh: number;
  readonly freshBytes: number;
  readonly freshSince?: string;
  /** Kept ones that redaction has left as they came, that it has altered, and of before that was known. */
  readonly whole: number;
  readonly altered: number;
  readonly unknown: number;
  readonly keptBytes: number;
  readonly wholeSince?: string;
  /** Came within the last hour and can be asked again. */
  readonly lastHour: number;
  /** Fresh ones whose hour is over and that nobody has deleted yet; nobody is given them either. */
  readonly overdue: number;
  /** Does the policy let fresh ones be kept, and does the app keep content? */
  readonly keepsFresh: boolean;
}

export const noStock: Omit<SampleStock, 'app' | 'environment' | 'keepsFresh'> = {
  ...{ fresh: 0, freshBytes: 0, whole: 0, altered: 0, unknown: 0, keptBytes: 0, lastHour: 0, overdue: 0 },
};

/** The samples that there are, by app and environment: of the one that is named, else of all that have some. */
export function readSampleStock(
  db: Db,
  { app, environment }: { readonly app?: string; readonly environment?: string } = {},
): Promise<SampleStock[]> {
  return query<SampleStock>(
    db,
    `select app, environment, fresh, fresh_bytes as "freshBytes", fresh_since as "freshSince", whole, altered, unknown,
       kept_bytes as "keptBytes", whole_since as "wholeSince", last_hour as "lastHour", overdue,
       keeps_fresh as "keepsFresh"
     from sample_stock($1, $2)`,
    [app, environment],
  );
}

/** Does an app keep fresh samples, as far as it goes by its policy and its own settings? */
export async function keepsFreshSamples(db: Db, app: string): Promise<boolean> {
  const [row] = await query<{ readonly keeps: boolean }>(db, 'select keeps_fresh_samples($1) as keeps', [
    app,
  ]);
  return row?.keeps === true;
}
