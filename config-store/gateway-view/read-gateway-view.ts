import type { Guard } from '../../domain/split/guard.ts';
import { isStandby } from '../postgres/assert-primary.ts';
import { query, type Db } from '../postgres/db.ts';
import { splitColumns } from '../splits/split-columns.ts';
import type { LeaseRow, StoredSplit } from '../splits/split-row.ts';
import type { Sampling } from '../apps/app-row.ts';

export interface GatewayAppView {
  readonly split: StoredSplit;
  /** The candidate's lease, or the guard's: of `split.releaseId` or `guard.releaseId`, or there is none. */
  readonly lease?: Pick<LeaseRow, 'releaseId' | 'ageMs' | 'ttlMs'>;
  /** The former stable revision is held back still, and compared with. */
  readonly guard?: Guard;
  readonly sampling: Sampling;
  /** How many requests a second one gateway keeps: the app's number, shared by those that live. */
  readonly samplesPerSecond: number;
  /** May the request itself be kept for a while, beside what redaction has altered? */
  readonly keepsFresh?: boolean;
}

export interface GatewayView {
  /** When the view was read, by the database's clock; ISO 8601. */
  readonly databaseTime: string;
  readonly apps: Record<string, GatewayAppView>;
  /** Apps that exist and have no split in this environment yet. */
  readonly inactive: string[];
}

type ViewRow = StoredSplit & {
  readonly guard?: Guard;
  readonly databaseTime: string;
  readonly sampling: Sampling;
  readonly samplesPerSecond: number;
  readonly keepsFresh: boolean;
  readonly leaseReleaseId?: string;
  readonly leaseAgeMs?: number;
  readonly leaseTtlMs?: number;
  readonly inactive: string[];
  readonly isStandby: boolean;
};

/**
 * All that a gateway of an environment decides by, in one statement: cheap enough to poll every second. Throws
 * `unreachable` where a standby answers: what it says may be old.
 */
export async function readGatewayView(
  db: Db,
  { environment }: { readonly environment: string },
): Promise<GatewayView> {
  const rows = await query<Partial<ViewRow> & Pick<ViewRow, 'databaseTime' | 'inactive' | 'isStandby'>>(
    db,
    `select pg_is_in_recovery() as "isStandby", database_time as "databaseTime", inactive, ${splitColumns}, sampling,
       samples_per_second as "samplesPerSecond", lease_release_id as "leaseReleaseId", lease_age_ms as "leaseAgeMs",
       lease_ttl_ms as "leaseTtlMs", keeps_fresh as "keepsFresh", guard
     from gateway_view($1)`,
    [environment],
  );
  const [first] = rows;
  if (first === undefined) throw new Error('The view of a gateway has at least its time.');
  if (first.isStandby) throw isStandby();
  return {
    databaseTime: first.databaseTime,
    inactive: first.inactive,
    apps: Object.fromEntries(rows.filter(hasSplit).map((row) => [row.app, viewOf(row)])),
  };
}

/** An environment without apps gives one row that has the time alone. */
function hasSplit(row: Partial<ViewRow>): row is ViewRow {
  return row.app !== undefined;
}

function viewOf({
  databaseTime: _,
  inactive: _inactive,
  isStandby: _isStandby,
  sampling,
  samplesPerSecond,
  keepsFresh,
  leaseReleaseId,
  leaseAgeMs,
  leaseTtlMs,
  guard,
  ...split
}: ViewRow) {
  const held = guard === undefined ? {} : { guard };
  const view: GatewayAppView = { split, ...held, sampling, samplesPerSecond, keepsFresh };
  if (leaseReleaseId === undefined || leaseAgeMs === undefined || leaseTtlMs === undefined) return view;
  return { ...view, lease: { releaseId: leaseReleaseId, ageMs: leaseAgeMs, ttlMs: leaseTtlMs } };
}
