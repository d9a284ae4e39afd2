import { SluiceError } from '../../domain/errors.ts';
import { decideEvaluation, type EvalDecision } from '../gate.ts';
import type { EvalCase } from './eval-case.ts';
import type { CallModel } from '../targets/model-call.ts';
import { followRounds, type Rounds } from './rounds.ts';
import { runWork } from './runner.ts';
import { unknownReasons } from './unknown-results.ts';
import { otherArm, pinnedTarget, type EvalPlan, type WorkResult } from './work.ts';

const shownReasons = 10;

export interface RunSuites {
  readonly plan: EvalPlan;
  readonly cases: readonly EvalCase[];
  readonly callModel: CallModel;
  readonly concurrency: number;
  /** After every call: what came of it, how many are done, and how many this round and those before it have. */
  readonly onProgress?: (progress: {
    readonly result: WorkResult;
    readonly done: number;
    readonly planned: number;
    readonly round: number;
  }) => void;
  readonly signal?: AbortSignal;
}

/**
 * Runs an evaluation to its decision in this process: what `sluice eval` does, without a server. The same plan, rounds and
 * gate as in a release.
 *
 * @throws SluiceError `unreachable` or `broken_measurement` where nothing can be said about the revision
 */
export async function runSuites(
  run: RunSuites,
): Promise<{ readonly decision: EvalDecision; readonly results: WorkResult[] }> {
  const { plan, callModel, concurrency, onProgress, signal } = run;
  const cases = new Map(run.cases.map((each) => [each.id, each]));
  const results: WorkResult[] = [];
  for (;;) {
    const rounds = followRounds(plan, results);
    if (rounds.finished) return { decision: decide(plan, rounds, results), results };
    const planned = results.length + rounds.missing.length;
    const onResult = (result: WorkResult): void => {
      results.push(result);
      onProgress?.({ result, done: results.length, planned, round: rounds.rounds.length });
    };
    await runWork({
      items: rounds.missing,
      cases,
      callModel,
      pinnedTarget: (target) => pinnedTarget(plan, target),
      otherArm: (revision) => otherArm(plan, revision),
      concurrency,
      onResult,
      signal,
      keepsAnswers: true,
    });
  }
}

/** In a terminal of the team's own the error also says what each case met. */
function decide(plan: EvalPlan, rounds: Rounds, results: readonly WorkResult[]): EvalDecision {
  try {
    return decideEvaluation(plan, rounds, results);
  } catch (error) {
    const reasons = unknownReasons(results).slice(0, shownReasons);
    if (!(error instanceof SluiceError) || reasons.length === 0) throw error;
    const { code, message, remedy } = error;
    throw new SluiceError(code, [message, ...reasons].join('\n  '), {
      ...(remedy === undefined ? {} : { remedy }),
      cause: error,
    });
  }
}
