import { SluiceError } from '../../domain/errors.ts';
import { assertNotFrozen, assertNoViolations } from '../../domain/policy/in-force.ts';
import { skippableGates } from '../../domain/policy/policy.ts';
import { skipViolations } from '../../domain/policy/skips.ts';
import type { Role } from '../../domain/access/roles.ts';
import { queryOne, type Db } from '../postgres/db.ts';
import { readPolicy } from '../policies/read-policy.ts';
import { requireRevision } from '../revisions/require-revision.ts';

export interface ForcedRollback {
  readonly app: string;
  readonly environment: string;
  /** Label or digest. */
  readonly to: string;
  readonly role: Role;
  readonly reason: string;
}

/**
 * A rollback by force to what never was stable there widens as a release does that skips its gates and its holds, and is
 * held to the policy like one; back to what once served it always passes. Throws `policy_violated`, `not_found` for an
 * unknown revision, and `conflict` where somebody has to approve a release first.
 */
export async function holdForcedRollback(db: Db, request: ForcedRollback): Promise<void> {
  const { app, environment, to, role, reason } = request;
  const { digest } = await requireRevision(db, { app, ref: to });
  const { wasStable } = await queryOne<{ readonly wasStable: boolean }>(
    db,
    `select exists (select from split_history where app = $1 and environment = $2 and stable = $3) as "wasStable"`,
    [app, environment, digest],
  );
  if (wasStable) return;
  const inForce = await readPolicy(db, app);
  const { policy } = inForce;
  assertNotFrozen(inForce);
  const skipped = [...skippableGates.filter((gate) => policy[gate].required), 'hold' as const];
  const found = skipped.flatMap((what) => skipViolations(policy, { what, role, reason }));
  assertNoViolations(app, inForce, found);
  if (policy.approvals.steps.length === 0) return;
  throw new SluiceError(
    'conflict',
    `${to} never was stable in ${environment}, and the policy of ${app} wants it approved before it serves.`,
    { remedy: `Start a release: sluice release start --label ${to}` },
  );
}
