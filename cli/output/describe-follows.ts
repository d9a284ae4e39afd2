import type { Follows } from '../../api/schemas/active.ts';

/** What an environment did about production's stable revision, in one line. */
export function followsLine({ environment, outcome, reason, refusals }: Follows): string {
  if (outcome === 'kept') return `! ${environment} does not follow production yet: ${reason}`;
  if (refusals.length === 0) return `✔ ${environment} follows: ${reason}`;
  const refused = refusals.map((each) => `${each.gatewayId} refuses it (${each.reason})`);
  return `! ${environment} is to follow (${reason}), but ${refused.join('; ')}`;
}
