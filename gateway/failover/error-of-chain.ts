import type { Attempt } from './chain.ts';
import type { ProviderFailure } from '../../protocols/failure.ts';
import { failure } from '../../protocols/failure.ts';

/**
 * What a caller hears of a chain of which no target answered: what the last one that was really asked said; else why
 * the request fits none; else when it is worth another try.
 */
export function errorOf(attempts: readonly Attempt[]): ProviderFailure {
  const failures = attempts.flatMap((attempt) => attempt.failure ?? []);
  const asked = failures.filter(({ kind }) => kind !== 'unavailable' && kind !== 'refused_here');
  const skipped = failures.filter(({ kind }) => kind === 'unavailable');
  const last = asked.at(-1);
  if (last !== undefined) return last;
  const soonest = skipped.toSorted((a, b) => (a.retryAfterMs ?? 0) - (b.retryAfterMs ?? 0))[0];
  const refused = failures.findLast(({ kind }) => kind === 'refused_here');
  return soonest ?? refused ?? failure('internal', 'The chain has no target.');
}
