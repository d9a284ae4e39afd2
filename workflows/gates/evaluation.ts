import type { GateResult } from '../../activities/evaluation/contract.ts';
import { measuring } from '../activities.ts';
import { gateInput, requireInput, type GateStart } from './require-input.ts';
import { runShards } from './run-shards.ts';

/** The evaluation of a release, round by round: repeats are added until the suites can be decided. */
export async function evaluation(given?: GateStart | null): Promise<GateResult> {
  const { releaseId } = requireInput(given, gateInput);
  const { gates, shards } = measuring();
  const planned = await gates.planEvaluation({ releaseId });
  if (planned.kind === 'skipped') return { outcome: 'skipped', summary: 'the plan skips the evaluation' };
  if (planned.kind === 'decided') return planned.gate;
  let { runId, round, shards: count } = planned;
  for (;;) {
    const current = round;
    await runShards(count, (shard) =>
      shards.runEvaluationShard.executeWithOptions({ summary: `Round ${current}, shard ${shard}` }, [
        { runId, round: current, shard },
      ]),
    );
    const decided = await gates.decideEvaluation({ runId, round });
    if (decided.kind === 'decided') return decided.gate;
    ({ runId, round, shards: count } = decided);
  }
}
