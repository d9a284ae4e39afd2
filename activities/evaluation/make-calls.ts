import type { Pool } from 'pg';
import type { EvalRunRow } from '../../config-store/evaluations/eval-run-row.ts';
import { insertEvalResults } from '../../config-store/evaluations/insert-eval-results.ts';
import type { Binding } from '../../domain/revision/binding.ts';
import { targetName } from '../../domain/revision/revision.ts';
import type { Patience } from '../../evals/patience/patient-caller.ts';
import { chainPrices } from '../../evals/pricing.ts';
import { runWork } from '../../evals/run/runner.ts';
import { otherArm, pinnedTarget, type EvalPlan, type WorkResult } from '../../evals/run/work.ts';
import { createGatewayCaller } from '../../evals/targets/gateway-caller.ts';
import { createPatientGateway } from '../../evals/targets/patient-gateway.ts';
import type { PinnedClientOptions } from '../../evals/targets/pinned-client.ts';
import type { SharedSandboxes } from '../../sandbox/shared-sandboxes.ts';
import { requireContents } from '../looks/required-rows.ts';
import { tellingWaits } from '../release/telling-waits.ts';
import { requireSubjectOf } from './evaluation-subject.ts';
import { plannedJudging } from './judges.ts';
import { rowOfResult } from './result-rows.ts';
import { casesById } from './suite-cases.ts';

/** What the calls of an evaluation are made with. */
export interface CallingParts {
  readonly db: Pool;
  /** The staging gateway, which answers pinned questions. */
  readonly gateway: PinnedClientOptions;
  /** Of the staging environment: what its models cost. */
  readonly binding: Binding;
  /** Calls in flight of one shard. */
  readonly concurrency: number;
  /** What is known of the providers' limits, shared by all that this worker asks. */
  readonly patience: Patience;
  /** One for each release: its shards share the processes, and what may be stopped of its code. */
  readonly sandboxes: SharedSandboxes;
}

export interface CallsToMake {
  readonly run: EvalRunRow;
  readonly plan: EvalPlan;
  readonly items: Parameters<typeof runWork>[0]['items'];
  readonly signal: AbortSignal;
}

/** Makes calls of a run, and keeps each result as it comes. Ends early where the signal is aborted. */
export async function makeCalls(
  parts: CallingParts,
  { run, plan, items, signal }: CallsToMake,
): Promise<void> {
  const { db, gateway, binding, concurrency, patience, sandboxes } = parts;
  const release = await requireSubjectOf(db, run);
  const digests = run.stable === undefined ? [run.candidate] : [run.candidate, run.stable];
  const contents = [...(await requireContents(db, run.app, digests))];
  const prices = new Map(contents.map(([digest, content]) => [digest, chainPrices(content, binding)]));
  const chains = new Map(contents.map(([digest, { chain }]) => [digest, chain.map(targetName)]));
  await sandboxes.use(release.id, async (sandbox) => {
    const cases = casesById(release, { sandbox, judging: plannedJudging(parts, plan) });
    const ask = createPatientGateway({ gateway, app: run.app, chains, patience });
    const callModel = createGatewayCaller({ app: run.app, ask, prices });
    const onResult = async (result: WorkResult): Promise<void> => {
      await insertEvalResults(db, [rowOfResult(run.id, result)]);
    };
    await tellingWaits(
      { db, patience },
      { releaseId: release.id, places: new Set([...chains.values()].flat()) },
      () =>
        runWork({
          items,
          cases,
          callModel,
          pinnedTarget: (target) => pinnedTarget(plan, target),
          otherArm: (revision) => otherArm(plan, revision),
          concurrency,
          onResult,
          signal,
        }),
    );
  });
}
