import type { PoolClient } from 'pg';
import { appendAudit } from '../../config-store/audit/append-audit.ts';
import { createStable } from '../../config-store/apps/create-stable.ts';
import type { Db } from '../../config-store/postgres/db.ts';
import { listPassedEvaluations } from '../../config-store/evaluations/list-passed-evaluations.ts';
import { readPolicy } from '../../config-store/policies/read-policy.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import { requireRevision } from '../../config-store/revisions/require-revision.ts';
import type { RevisionRow } from '../../config-store/revisions/revision-row.ts';
import type { JsonObject } from '../../domain/json.ts';
import { assertNotFrozen, assertNoViolations, type PolicyInForce } from '../../domain/policy/in-force.ts';
import { skipViolations } from '../../domain/policy/skips.ts';
import type { Violation } from '../../domain/policy/violation.ts';
import { firstStableViolations } from '../../domain/policy/violations.ts';
import type { Role } from '../../domain/access/roles.ts';

export interface FirstStableRequest {
  readonly app: string;
  /** Label or digest. */
  readonly ref: string;
  readonly environments: readonly string[];
  readonly actor: string;
  readonly role: Role;
  readonly skipEvaluation: boolean;
  readonly reason: string | undefined;
}

/**
 * Makes a revision the first stable one of an app, in every environment, if the server has seen it pass an evaluation
 * that the policy accepts (invariant 13), or somebody skips that who may, and no freeze holds. Throws `not_found`,
 * `conflict`, `policy_violated`.
 */
export async function makeFirstStable(client: PoolClient, request: FirstStableRequest): Promise<void> {
  const { app, environments, actor } = request;
  const revision = await requireRevision(client, { app, ref: request.ref });
  const { digest } = revision;
  const operationId = `first/${digest}`;
  const { reason = 'First release of the app' } = request;
  const serves = await Promise.all(environments.map((environment) => servesIn(client, app, environment)));
  if (serves.includes(false)) {
    const inForce = await readPolicy(client, app);
    assertNotFrozen(inForce);
    const basis = await basisOf(client, inForce, request, revision);
    const { scope, version, digest: policyDigest } = inForce;
    const policy = { scope, version, digest: policyDigest };
    const details = { revision: digest, policy, ...basis, reason };
    await appendAudit(client, { actor, action: 'app.first_stable', app, details });
  }
  await createStable(client, { app, environments, revision: digest, operationId, actor, reason });
}

async function servesIn(db: Db, app: string, environment: string): Promise<boolean> {
  return (await readSplit(db, { app, environment })) !== undefined;
}

/** What the first revision may serve by; asked for again, where it serves already, nothing is asked. */
async function basisOf(
  db: Db,
  inForce: PolicyInForce,
  { app, role, reason, skipEvaluation }: FirstStableRequest,
  { digest: revision, content }: RevisionRow,
): Promise<JsonObject> {
  const { policy } = inForce;
  const passed = await listPassedEvaluations(db, { app, revision });
  const accepted = passed.find(({ plan, suites }) => {
    const question = { plan, suites, revision: content, requester: { role }, skips: [] };
    return firstStableViolations(policy, question).length === 0;
  });
  if (accepted !== undefined) {
    const { id, evidenceDigest, summary } = accepted;
    return { evaluation: id, evidence: evidenceDigest, summary };
  }
  if (!policy.evaluation.required) return { evaluation: 'not demanded' };
  const found = skipEvaluation
    ? skipViolations(policy, { what: 'evaluation', role, reason })
    : [notEvaluated(passed.length)];
  assertNoViolations(app, inForce, found);
  return { evaluation: 'skipped', role };
}

function notEvaluated(passed: number): Violation {
  return {
    rule: 'evaluation.required',
    demanded: 'an evaluation by the server that this revision has passed',
    given: passed === 0 ? 'none' : `${passed} that the policy does not accept`,
    remedy:
      'Have it evaluated: sluice app create --stable; or skip it as who may: --skip-evaluation --reason "…".',
  };
}
