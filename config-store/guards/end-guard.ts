import type { GuardOutcome } from '../../domain/release/guard.ts';
import { queryOne, type Db } from '../postgres/db.ts';

/** `ended`: it was over before. */
export type GuardClosing =
  | { readonly kind: 'closed'; readonly outcome: GuardOutcome }
  | { readonly kind: 'not-over' }
  | { readonly kind: 'ended'; readonly outcome?: GuardOutcome };

/** Ends a guard whose time is over, as its stored looks say; else nothing changes. */
export async function closeGuard(
  db: Db,
  { releaseId, actor }: { readonly releaseId: string; readonly actor: string },
): Promise<GuardClosing> {
  const { result } = await queryOne<{ readonly result: GuardClosing }>(
    db,
    'select close_guard($1, $2) as result',
    [releaseId, actor],
  );
  return result;
}

/**
 * Takes the stable revision out that a guard has found to be worse than the one before, and condemns it. `moved` where the
 * guard is over, or its newest stored look has found no such thing.
 */
export async function takeBackGuarded(
  db: Db,
  args: {
    readonly releaseId: string;
    /** The split version that the look was about. */
    readonly expectedVersion: number;
    readonly actor: string;
    readonly reason: string;
  },
): Promise<'done' | 'moved'> {
  const { releaseId, expectedVersion, actor, reason } = args;
  const { result } = await queryOne<{ readonly result: { readonly kind: 'done' | 'moved' } }>(
    db,
    'select take_back_guarded($1, $2, $3, $4) as result',
    [releaseId, expectedVersion, actor, reason],
  );
  return result.kind;
}
