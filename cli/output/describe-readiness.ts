import type { RollbackReadiness } from '../../api/schemas/active.ts';
import { oneLine } from '../../domain/text/one-line.ts';

function ago(ageMs: number): string {
  const minutes = Math.floor(ageMs / 60_000);
  return minutes === 0 ? 'just now' : `${minutes} min ago`;
}

/** `rollback: ready, s2, 3 min ago`, and what it would pass over. */
export function readinessLine({ state, to, ageMs, reason, skipped }: RollbackReadiness): string {
  const words: Record<RollbackReadiness['state'], string> = {
    ready: 'ready',
    untried: 'not tried yet',
    unknown: 'does not answer now',
    dead: 'DEAD: its models, keys or places are wrong',
    none: 'no former stable revision to go back to',
  };
  const parts = [words[state], to, ageMs === undefined ? undefined : ago(ageMs), reason];
  const passed = skipped.map(({ revision, reason: why }) => `\n  ! passes over ${revision}: ${oneLine(why)}`);
  return `rollback: ${oneLine(parts.filter((part) => part !== undefined).join(', '))}${passed.join('')}`;
}
