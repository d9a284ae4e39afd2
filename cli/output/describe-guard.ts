import type { ShownGuard } from '../../api/schemas/guard.ts';
import { oddsAgainst } from '../../domain/guardrail/odds.ts';
import { oneLine } from '../../domain/text/one-line.ts';
import { segmentText } from './segment-text.ts';

const words: Record<ShownGuard['state'], string> = {
  open: '▶ guard: open',
  passed: '✔ guard: passed',
  inconclusive: '? guard: inconclusive',
  rolled_back: '↩ guard: rolled back',
  closed: '⇥ guard: closed',
};

/** How a guard stands, in a line. */
export function guardLine(guard: ShownGuard): string {
  const { state, heldBack, formerLabel, dueAt, lookAgeMs, blindWhy, reason } = guard;
  if (state !== 'open')
    return `${words[state]}${reason === undefined ? '' : `: ${oneLine(reason)}`}; ${heldText(guard)}`;
  const looked =
    lookAgeMs === undefined ? 'not checked yet' : `last check ${Math.round(lookAgeMs / 1000)} s ago`;
  return `${words.open} until ${dueAt}: ${heldBack} % stay on ${formerLabel}; ${heldText(guard)}; ${looked}${blindWhy === undefined ? '' : `; it waits for ${oneLine(blindWhy)}`}`;
}

/** What was not decided when the start of a release has closed the guard of the one before. */
export function closedGuardLines(guard: ShownGuard | undefined): string[] {
  if (guard === undefined) return [];
  const undecided = (guard.guardrails ?? []).map(
    ({ name, evidence, threshold, actsAt = threshold, segment }) =>
      `${name} ${oddsAgainst(evidence, actsAt)}${segment === undefined ? '' : segmentText(segment)}`,
  );
  return [`closed the guard of ${guard.releaseId}, undecided: ${[heldText(guard), ...undecided].join('; ')}`];
}

function heldText({ heldMs, holdMs }: ShownGuard): string {
  return `held ${Math.round(heldMs / 1000)} of ${Math.round(holdMs / 1000)} s`;
}
