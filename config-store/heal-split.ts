import { queryOne, type Db } from './db.ts';
import { requireRevision } from './require-revision.ts';
import { sequenceAfterCommit } from './sequence-audit.ts';

export interface SplitToHeal {
  app: string;
  environment: string;
  /** Label or digest of the revision that is right; what gateways have served as the newest, where nothing is said. */
  to?: string | undefined;
  operationId: string;
  actor: string;
  reason: string;
}

/** `serving` is a digest. */
export type HealedSplit =
  /** `from`: the version that the database had (0: none); `gateways`: who had served newer ones. */
  | { kind: 'healed'; version: number; serving: string; from: number; gateways: string[] }
  /** No gateway has served anything newer than the database has. */
  | { kind: 'already'; version: number; serving: string };

/**
 * Where the database has lost its last writes of a split: writes a version above all that gateways report, with the
 * stable revision that they have served as the newest one (invariant 33). Throws `conflict` where they disagree, or serve
 * a revision that this database does not know, and `not_active` where nothing is there to heal.
 */
export async function healSplit(db: Db, heal: SplitToHeal): Promise<HealedSplit> {
  const { app, environment, to, operationId, actor, reason } = heal;
  const target = to === undefined ? undefined : (await requireRevision(db, { app, ref: to })).digest;
  const { result } = await queryOne<{ result: HealedSplit }>(
    db,
    'select heal_split($1, $2, $3, $4, $5, $6) as result',
    [app, environment, target, operationId, actor, reason],
  );
  if (result.kind === 'healed') await sequenceAfterCommit(db);
  return result;
}
