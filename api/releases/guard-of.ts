import type { Pool } from 'pg';
import type { GuardRow } from '../../config-store/guards/guard-row.ts';
import { readClosedBy, readGuard, readOpenGuard } from '../../config-store/guards/read-guards.ts';
import { shownGuardSchema, type ShownGuard } from '../schemas/guard.ts';

/** How the guard of a release stands, for people; undefined where it has had none. */
export async function guardOf(db: Pool, releaseId: string): Promise<ShownGuard | undefined> {
  const guard = await readGuard(db, releaseId);
  return guard && shown(guard);
}

/** The guard that is open in an environment of an app. */
export async function openGuardOf(
  db: Pool,
  place: { readonly app: string; readonly environment: string },
): Promise<ShownGuard | undefined> {
  const guard = await readOpenGuard(db, place);
  return guard && shown(guard);
}

/** The guard that a release has closed by its start, with what was not decided by then. */
export async function closedGuardOf(db: Pool, releaseId: string): Promise<ShownGuard | undefined> {
  const guard = await readClosedBy(db, releaseId);
  return guard && shown(guard);
}

function shown(guard: GuardRow): ShownGuard {
  const { outcome, undecided, heldMs, weight } = guard;
  // Through the schema: what is absent, and what is nobody's business, is left out.
  return shownGuardSchema.parse({
    ...guard,
    state: outcome ?? 'open',
    heldBack: Number((100 - weight).toFixed(2)),
    heldMs: undecided?.heldMs ?? heldMs,
    ...(undecided === undefined ? {} : { guardrails: undecided.guardrails }),
  });
}
