import type { Attempt } from './chain.ts';
import { failure, type ProviderFailure } from '../../protocols/failures/failure.ts';
import type { Fault } from '../../protocols/failures/verdict.ts';

/** A failure that passes by itself is worth a retry; a caller is at fault where nothing else is. */
const mostWorthRetrying: readonly Fault[] = ['provider', 'operator', 'sluice', 'revision', 'caller'];

/**
 * What a caller hears of a chain of which no target answered: the failure that is worth retrying, with the soonest
 * Retry-After of its kind. So the outage of one target is not hidden by what another one refuses. Of equals the last
 * one that a provider really said.
 */
export function errorOf(attempts: readonly Attempt[]): ProviderFailure {
  const failures = attempts.flatMap((attempt) => attempt.failure ?? []);
  const fault = mostWorthRetrying.find((each) => failures.some((failed) => failed.fault === each));
  const worthy = failures.filter((failed) => failed.fault === fault);
  const said = (failed: ProviderFailure): boolean =>
    failed.kind !== 'unavailable' && failed.kind !== 'refused_here';
  const [first] = worthy
    .toReversed()
    .toSorted(
      (a, b) =>
        (a.retryAfterMs ?? Infinity) - (b.retryAfterMs ?? Infinity) || Number(said(b)) - Number(said(a)),
    );
  return first ?? failure('internal', 'The chain has no target.');
}
