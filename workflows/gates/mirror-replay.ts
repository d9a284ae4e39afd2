import { sleep } from '@temporalio/workflow';
import type { EvaluationRound, GateResult } from '../../activities/evaluation/contract.ts';
import { measuring } from '../activities.ts';
import { gateInput, requireInput, type GateStart } from './require-input.ts';
import { runShards } from './run-shards.ts';

const firstWaitMs = 1_000;
const longestWaitMs = 15_000;

/** The mirror replay of a release: waits until production has given enough samples, then replays them in pairs. */
export async function mirrorReplay(given?: GateStart | null): Promise<GateResult> {
  const { releaseId } = requireInput(given, gateInput);
  const { gates, shards } = measuring();
  const planned = await planWithSamples(releaseId);
  if (planned.kind === 'decided') return planned.gate;
  const { runId, round, shards: count } = planned;
  await runShards(count, (shard) =>
    shards.runMirrorShard.executeWithOptions({ summary: `Pairs, shard ${shard}` }, [{ runId, round, shard }]),
  );
  return gates.decideMirror({ runId });
}

type Planned =
  { readonly kind: 'decided'; readonly gate: GateResult } | ({ readonly kind: 'planned' } & EvaluationRound);

async function planWithSamples(releaseId: string): Promise<Planned> {
  const startedMs = Date.now();
  const { gates } = measuring();
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(longestWaitMs, waitMs * 1.5)) {
    const plan = await gates.planMirror({ releaseId, waitedMs: Date.now() - startedMs });
    if (plan.kind === 'skipped') {
      return { kind: 'decided', gate: { outcome: 'skipped', summary: 'the plan skips the mirror' } };
    }
    if (plan.kind !== 'waiting') return plan;
    await sleep(waitMs, { summary: `Waits for samples: ${plan.have} of ${plan.need}` });
  }
}
