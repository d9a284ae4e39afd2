import { queryOne, type Db } from '../postgres/db.ts';
import { labelsOf } from '../revisions/labels-of.ts';
import { requireRevision } from '../revisions/require-revision.ts';

export interface SplitToHeal {
  readonly app: string;
  readonly environment: string;
  /** Label or digest of the revision that is right; what gateways have served as the newest, where nothing is said. */
  readonly to?: string | undefined;
  readonly operationId: string;
  readonly actor: string;
  readonly reason: string;
}

/** `serving` and `condemned` are digests. */
export type HealedSplit =
  | {
      readonly kind: 'healed';
      readonly version: number;
      readonly serving: string;
      /** The version that the database had; 0: none. */
      readonly from: number;
      /** Who had served newer ones. */
      readonly gateways: string[];
      /** What the database had as stable, where gateways had left it for something older. */
      readonly condemned?: string;
      /** Why `serving` was condemned until now. */
      readonly cleared?: string;
    }
  /** No gateway has served anything newer than the database has. */
  | { readonly kind: 'already'; readonly version: number; readonly serving: string };

/** The same with the labels of revisions in place of their digests: for people. */
export async function labelHeal(db: Db, app: string, healed: HealedSplit): Promise<HealedSplit> {
  const condemned = healed.kind === 'healed' ? healed.condemned : undefined;
  const digests = [healed.serving, ...(condemned === undefined ? [] : [condemned])];
  const labels = await labelsOf(db, { app, digests });
  const labelOf = (digest: string): string => labels.get(digest) ?? digest;
  const serving = labelOf(healed.serving);
  if (healed.kind === 'already' || condemned === undefined) return { ...healed, serving };
  return { ...healed, serving, condemned: labelOf(condemned) };
}

/**
 * Where the database has lost its last writes of a split: writes a version above all that gateways report, with the
 * stable revision that they have served as the newest one (invariant 33). That one is not condemned any more, and what they
 * had left for something older is. Throws `conflict` where they disagree, or serve
 * a revision that this database does not know, and `not_active` where nothing is there to heal.
 */
export async function healSplit(db: Db, heal: SplitToHeal): Promise<HealedSplit> {
  const { app, environment, to, operationId, actor, reason } = heal;
  const target = to === undefined ? undefined : (await requireRevision(db, { app, ref: to })).digest;
  const { result } = await queryOne<{ readonly result: HealedSplit }>(
    db,
    'select heal_split($1, $2, $3, $4, $5, $6) as result',
    [app, environment, target, operationId, actor, reason],
  );
  return result;
}
