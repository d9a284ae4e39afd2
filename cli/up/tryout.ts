import type { Pool } from 'pg';
import { listPolicies } from '../../config-store/policies/list-policies.ts';
import { publishPolicy } from '../../config-store/policies/publish-policy.ts';
import { defaultPolicyScope as scope } from '../../domain/policy/in-force.ts';
import { shippedPolicy, tryoutPolicy } from '../../domain/policy/policy.ts';

const actor = 'system:simulate';

/** Who published the default policy that is in force; absent where nobody has. */
async function publishedBy(db: Pool): Promise<string | undefined> {
  const { items } = await listPolicies(db, { scope, limit: 1 });
  return items[0]?.actor;
}

/**
 * Lets releases on simulated models be tried in seconds, unless an admin has published a policy. Says what is in force.
 */
export async function goByTryout(db: Pool): Promise<string> {
  const author = await publishedBy(db);
  if (author !== undefined && author !== actor) return `Policy: the one that ${author} has published.`;
  await publishPolicy(db, { scope, policy: tryoutPolicy, actor, reason: 'sluice up --simulate' });
  return 'Policy: tryout. Short holds and skipped gates pass here; not for real traffic (sluice policy show).';
}

/** Ends what `goByTryout` has begun: what serves real models goes by the policy that Sluice ships. Says so if it did. */
export async function leaveTryout(db: Pool): Promise<string> {
  if ((await publishedBy(db)) !== actor) return '';
  const reason = 'sluice up, without simulated models';
  const { created } = await publishPolicy(db, { scope, policy: shippedPolicy, actor, reason });
  return created ? 'Policy: the one that Sluice ships again, after the tryout (sluice policy show).' : '';
}
