import type { ReleaseRow } from '../../config-store/types.ts';
import type { LookResult } from '../contract.ts';

/** Who takes out a candidate that fails. */
export const withdrawer = 'system:release';

/** A batch that was interrupted after it had withdrawn a candidate that fails is told so, not that somebody moved the split. */
export function moved(
  { state, ending, decidedBy, reason }: ReleaseRow,
  version: number | undefined,
  unreadCommands: boolean,
): LookResult {
  const other = superseded(`the split moved to version ${version ?? 0}`, unreadCommands);
  const own = state === 'rolling_back' && ending === 'rolled_back' && decidedBy === withdrawer;
  return own ? { ...other, verdict: 'fail', reason: reason ?? other.reason } : other;
}

/** A look that has nothing to say: the step is not the release's any more. */
export function superseded(reason: string, unreadCommands: boolean): LookResult {
  return {
    verdict: 'superseded',
    reason,
    exposures: { candidate: 0, stable: 0 },
    guardrails: [],
    unreadCommands,
  };
}
