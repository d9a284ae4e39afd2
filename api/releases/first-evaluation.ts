import type { Pool } from 'pg';
import { z } from 'zod';
import { createFirstEvaluation } from '../../config-store/evaluations/create-first-evaluation.ts';
import { newId } from '../../config-store/postgres/ids.ts';
import { readEvalResults } from '../../config-store/evaluations/read-eval-results.ts';
import { readEvalRun } from '../../config-store/evaluations/read-eval-run.ts';
import { readFirstEvaluation } from '../../config-store/evaluations/read-first-evaluation.ts';
import { readPolicy } from '../../config-store/policies/read-policy.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import { requireRevision } from '../../config-store/revisions/require-revision.ts';
import type { FirstEvaluationRow } from '../../config-store/evaluations/eval-run-row.ts';
import { digestOf } from '../../domain/revision/digest.ts';
import { SluiceError } from '../../domain/errors.ts';
import { firstEvaluationPrefix } from '../../domain/evaluation/first-evaluation.ts';
import { assertNoViolations } from '../../domain/policy/in-force.ts';
import { firstStableViolations } from '../../domain/policy/violations.ts';
import type { Role } from '../../domain/access/roles.ts';
import { idOfKey } from '../http/id-of-key.ts';
import { settle } from './releasable.ts';
import type { ReleaseWorkflows } from './release-workflows.ts';
import type { FirstEvaluation, startFirstEvaluationSchema } from '../schemas/first-evaluations.ts';

export interface FirstEvaluationParts {
  readonly db: Pool;
  readonly workflows: ReleaseWorkflows;
}

export type FirstEvaluationRequest = z.output<typeof startFirstEvaluationSchema> & {
  readonly app: string;
  readonly actor: string;
  readonly role: Role;
  readonly idempotencyKey: string | undefined;
};

/**
 * Has the server evaluate a revision that is to be an app's first: what a client says of its own evaluation is no
 * evidence. Nothing is paid for that could not be used: a plan and suites that break the policy are refused. Throws
 * `not_found`, `conflict` for an app that serves already, `invalid_request`, `policy_violated`, `unreachable`.
 */
export async function startFirstEvaluation(
  { db, workflows }: FirstEvaluationParts,
  request: FirstEvaluationRequest,
): Promise<FirstEvaluation> {
  const { app, actor, role, planName } = request;
  const { revision, plan, suites } = await settle(db, { ...request, skip: [] });
  await assertServesNothing(db, app);
  if (plan.evaluate === 'skip') {
    throw new SluiceError('invalid_request', `The plan "${planName}" evaluates nothing.`, {
      remedy: 'Write suites under `evaluate` in sluice.yaml, or skip the evaluation as who may.',
    });
  }
  const inForce = await readPolicy(db, app);
  const question = { plan, suites, revision: revision.content, requester: { role }, skips: [] };
  assertNoViolations(app, inForce, firstStableViolations(inForce.policy, question));
  await workflows.assertReachable();
  const row = await createFirstEvaluation(db, {
    ...{
      id: idOfKey(firstEvaluationPrefix, request) ?? newId(firstEvaluationPrefix),
      app,
      revision: revision.digest,
    },
    ...{ planName, plan, suites: [...suites], actor },
  });
  if (row.revision !== revision.digest || digestOf(row.plan) !== digestOf(plan)) {
    throw new SluiceError('conflict', 'This Idempotency-Key was used for another evaluation.', {
      remedy: 'Use a new key for a new evaluation.',
    });
  }
  await workflows.startEvaluation({ id: row.id, app, label: revision.label });
  return presentFirstEvaluation({ db, workflows }, row);
}

async function assertServesNothing(db: Pool, app: string): Promise<void> {
  const split = await readSplit(db, { app, environment: 'production' });
  if (split?.stable === undefined) return;
  throw new SluiceError('conflict', `"${app}" has a stable revision already.`, {
    remedy: 'Release the new one: sluice release start.',
  });
}

/** The evaluation of that id. Throws `not_found`. */
export async function existingFirstEvaluation(
  db: Pool,
  { app, id }: { readonly app: string; readonly id: string },
): Promise<FirstEvaluationRow> {
  const row = await readFirstEvaluation(db, id);
  if (row?.app === app) return row;
  throw new SluiceError('not_found', `"${app}" has no evaluation "${id}".`, {
    remedy: `Start one: POST /v1/apps/${app}/evaluations.`,
  });
}

/** An evaluation that nobody carries on says so as a release does. */
async function missingWorker(workflows: ReleaseWorkflows): Promise<string | undefined> {
  const queues = await workflows.queues();
  if (queues?.queue.pollers === 0) return 'a worker: none waits at the task queue';
  return queues?.evaluation.pollers === 0 ? 'an evaluation worker: none waits for cases' : undefined;
}

const decidedSchema = z.looseObject({
  gate: z.looseObject({ outcome: z.enum(['pass', 'fail', 'inconclusive']), summary: z.string() }),
});

/** How far an evaluation is, or what it came to. Throws `unreachable` where only Temporal could tell. */
export async function presentFirstEvaluation(
  { db, workflows }: FirstEvaluationParts,
  { id, app, revision, createdAt, waitingFor }: FirstEvaluationRow,
): Promise<FirstEvaluation> {
  const { label } = await requireRevision(db, { app, ref: revision });
  const runId = `${id}-evaluation`;
  const decided = decidedSchema.safeParse((await readEvalRun(db, runId))?.decision);
  const calls = (await readEvalResults(db, runId)).length;
  const known = { id, app, revision, label, calls, createdAt };
  if (decided.success) {
    const { outcome, summary } = decided.data.gate;
    return { ...known, state: 'decided', outcome, summary };
  }
  const failure = await workflows.evaluationFailure({ id, app });
  if (failure === undefined) {
    const waits = waitingFor ?? (await missingWorker(workflows));
    return { ...known, state: 'running', ...(waits === undefined ? {} : { waitingFor: waits }) };
  }
  return { ...known, state: 'failed', summary: failure };
}
