import { defaultPolicyScope, shippedInForce, type PolicyInForce } from '../../domain/policy/in-force.ts';
import { policySchema } from '../../domain/policy/policy.ts';
import { query, type Db } from '../postgres/db.ts';
import { policyColumns } from './list-policies.ts';
import type { PolicyRow } from './policy-row.ts';

/** The policy that is in force for an app, or for apps without one of their own where none is named. */
export async function readPolicy(db: Db, app: string = defaultPolicyScope): Promise<PolicyInForce> {
  const newest = await query<PolicyRow>(
    db,
    `select distinct on (scope = $1) ${policyColumns} from policy where scope in ($1, $2)
     order by scope = $1 desc, version desc`,
    [app, defaultPolicyScope],
  );
  for (const { scope, version, digest, policy } of newest) {
    if (policy === undefined || digest === undefined) continue; // It was reset.
    // What a later version of Sluice asks besides has its default.
    return { scope, version, digest, policy: policySchema.parse(policy) };
  }
  return shippedInForce();
}
