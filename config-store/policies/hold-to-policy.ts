import { assertNotFrozen, assertNoViolations } from '../../domain/policy/in-force.ts';
import type { PolicyQuestion } from '../../domain/policy/question.ts';
import { releasePolicyOf, type ReleasePolicy } from '../../domain/policy/release-policy.ts';
import { violations } from '../../domain/policy/violations.ts';
import type { Db } from '../postgres/db.ts';
import { readPolicy } from './read-policy.ts';

/**
 * Holds a release to the policy that is in force for its app now (invariant 27), and says what to keep of it. Throws
 * `policy_violated`, naming every rule that is broken, or the freeze that holds.
 */
export async function holdToPolicy(
  db: Db,
  { app, ...question }: PolicyQuestion & { readonly app: string },
): Promise<ReleasePolicy> {
  const inForce = await readPolicy(db, app);
  assertNotFrozen(inForce);
  assertNoViolations(app, inForce, violations(inForce.policy, question));
  return releasePolicyOf(inForce, question);
}
