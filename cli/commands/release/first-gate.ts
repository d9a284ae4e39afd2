import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { FirstEvaluation } from '../../../api/schemas/first-evaluations.ts';
import { exitCodes, type ExitCode } from '../../../domain/errors.ts';
import { nothingToEvaluate, unknownPlan } from '../../../domain/refusals.ts';
import type { EvaluateSettings, Plan } from '../../../domain/release/plan.ts';
import type { CommandOutcome } from '../../output/outcome.ts';
import type { Packed } from '../../pack/pack.ts';
import type { CommandContext } from '../context.ts';

const pollMs = 500;
/** Longer than any suite; what goes on then goes on without being watched. */
const patienceMs = 3_600_000;

/** The plan of the file whose gate a first revision has to pass. Throws `not_found`, and `usage` where it has none. */
export function planWithGate(
  packed: Packed,
  { file, plan: name }: { readonly file: string; readonly plan: string },
): Plan & { readonly evaluate: EvaluateSettings } {
  const plan = packed.plans[name];
  if (plan === undefined) throw unknownPlan(file, name, packed.plans);
  const { evaluate } = plan;
  if (evaluate !== 'skip' && packed.suites.length > 0) return { ...plan, evaluate };
  throw nothingToEvaluate(file, name);
}

/** Has the server evaluate a published revision, and waits for what it comes to. */
export async function evaluateOnServer(
  context: Pick<CommandContext, 'api' | 'live'>,
  packed: Packed,
  { revision, planName, plan }: { readonly revision: string; readonly planName: string; readonly plan: Plan },
): Promise<FirstEvaluation> {
  const { app, label, suites } = packed;
  const path = `/v1/apps/${encodeURIComponent(app)}/evaluations`;
  const body = { revision, planName, plan, suites };
  let evaluation = await context.api().post<FirstEvaluation>(path, body, randomUUID());
  const deadline = performance.now() + patienceMs;
  const live = context.live();
  try {
    while (evaluation.state === 'running' && performance.now() < deadline) {
      const waits = evaluation.waitingFor === undefined ? '' : `, waits for ${evaluation.waitingFor}`;
      const line = `evaluating ${label}: ${evaluation.calls} calls${waits}`;
      live.show(line, `evaluating ${label}${waits}`);
      await delay(pollMs);
      evaluation = await context.api().get<FirstEvaluation>(`${path}/${evaluation.id}`);
    }
    return evaluation;
  } finally {
    live.end();
  }
}

/** How `app create` ends where the revision has not passed; undefined where it has. */
export function refusalOf(evaluation: FirstEvaluation): CommandOutcome | undefined {
  const { state, outcome, label, summary = '' } = evaluation;
  if (outcome === 'pass') return undefined;
  const ending = (code: ExitCode, word: string, what: string): CommandOutcome => ({
    ...{ code, word, json: { evaluation } },
    text: `${label} ${what}${summary === '' ? '' : `: ${summary}`}\nIt is published, and serves nothing. Mend it (\`sluice eval\` shows the cases), or say why it should serve: --skip-evaluation --reason.`,
  });
  if (outcome === 'fail') return ending(exitCodes.gateBlocked, 'blocked', 'did not pass its evaluation');
  if (outcome === 'inconclusive')
    return ending(exitCodes.inconclusive, 'inconclusive', 'could not be decided by its evaluation');
  if (state === 'failed') return ending(exitCodes.unreachable, 'failed', 'could not be evaluated');
  return ending(exitCodes.watchTimedOut, 'watch_timed_out', 'is still being evaluated; no longer waited for');
}
