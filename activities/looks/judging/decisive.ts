import type { LookResult } from '../contract.ts';

/**
 * A look at a release that holds its weight, as one that is paused does: an alarm at 100 % cannot be cleared there,
 * because the comparison that would needs a write of the split, so it condemns.
 */
export function condemned(look: LookResult, holds: boolean): LookResult {
  if (look.verdict !== 'alarm' || !holds) return look;
  return { ...look, verdict: 'fail', reason: `${look.reason}, and a paused release cannot be compared` };
}

/** Does a verdict end a batch of looks? Where the weight is held, a step that has passed goes on being watched. */
export function isDecisive(verdict: LookResult['verdict'], holds: boolean): boolean {
  switch (verdict) {
    case 'wait':
      return false;
    case 'pass':
    case 'inconclusive':
    case 'again':
      return !holds;
    case 'fail':
    case 'superseded':
    case 'alarm':
      return true;
  }
}
