import type { Pool } from 'pg';
import { readPolicy } from '../../config-store/policies/read-policy.ts';
import type { Role } from '../../domain/access/roles.ts';
import { assertNotFrozen, assertNoViolations } from '../../domain/policy/in-force.ts';
import { skipViolations } from '../../domain/policy/skips.ts';

/** A promotion skips what is left of a step's hold. Throws `policy_violated`. */
export async function assertMayPromote(
  db: Pool,
  { app }: { readonly app: string },
  by: { readonly role: Role; readonly reason: string | undefined },
): Promise<void> {
  const inForce = await readPolicy(db, app);
  assertNotFrozen(inForce);
  assertNoViolations(app, inForce, skipViolations(inForce.policy, { what: 'hold', ...by }));
}
