import type { HashedEntry } from './entry.ts';

/** What `open_review` of the database opens a review for, whoever has done it. */
const actions: ReadonlySet<string> = new Set([
  'release.promote',
  'release.gate_skipped',
  'rollback.override',
  'split.heal',
]);

/** Was something done past the rules, which somebody else has to look at? */
export function isPastTheRules({
  actor,
  action,
  details,
}: Pick<HashedEntry, 'actor' | 'action' | 'details'>): boolean {
  if (actor.startsWith('break-glass:') || actions.has(action)) return true;
  return action === 'app.first_stable' && details['evaluation'] === 'skipped';
}
