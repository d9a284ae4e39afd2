import { countEvaluationRestart } from '../../config-store/evaluations/count-evaluation-restart.ts';
import {
  listUndecidedEvaluations,
  type UndecidedEvaluation,
} from '../../config-store/evaluations/list-undecided-evaluations.ts';
import { SluiceError } from '../../domain/errors.ts';
import { firstEvaluationWorkflowId } from '../../domain/evaluation/first-evaluation.ts';
import { evaluationWorkflowType, firstEvaluationStart } from '../../workflows/messages.ts';
import { failingLimitMs, mostRestarts, stuckBecause, type RestartParts } from './restart-release.ts';

/**
 * Gives evaluations of first revisions whose workflow no worker can carry on a fresh run: what was asked stands in the
 * database, so only what is missing is asked. They belong to no release, so nobody else would see it.
 */
export async function watchEvaluations(parts: RestartParts): Promise<void> {
  for (const evaluation of await listUndecidedEvaluations(parts.db)) {
    try {
      await watchEvaluation(parts, evaluation);
    } catch (error) {
      // No other one could be asked for either, and each would take its time.
      if (error instanceof SluiceError && error.code === 'unreachable') throw error;
      // One that cannot be judged must not hide the others.
      parts.log.warn({ evaluation: evaluation.id, err: error }, 'could not find out how an evaluation is');
    }
  }
}

async function watchEvaluation(parts: RestartParts, evaluation: UndecidedEvaluation): Promise<void> {
  const { db, temporal, taskQueue, log } = parts;
  const { id, app } = evaluation;
  const run = await temporal.runOf({ workflowId: firstEvaluationWorkflowId(app, id) });
  const why = run && stuckBecause(run, parts.failingLimitMs ?? failingLimitMs);
  if (run === undefined || why === undefined) return;
  if (await countEvaluationRestart(db, { id, most: mostRestarts })) {
    await temporal.replace(evaluationWorkflowType, { ...firstEvaluationStart(evaluation), taskQueue });
    log.warn({ evaluation: id, app, why }, 'an evaluation whose workflow was stuck goes on in a fresh run');
    return;
  }
  // Who waits for it is told; the reason stands in the answer.
  await temporal.terminate({ ...run, reason: `its workflow cannot go on: ${why}` });
  log.warn({ evaluation: id, app, why }, 'an evaluation that cannot go on was ended');
}
