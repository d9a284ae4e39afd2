import type { JudgeState } from '../../api/schemas/judges.ts';
import { judgesOf, type NamedJudge } from '../../domain/evaluation/judges-of.ts';
import { exitCodes, SluiceError } from '../../domain/errors.ts';
import { digestOf } from '../../domain/revision/digest.ts';
import type { Binding } from '../../domain/revision/binding.ts';
import { judgeLabelled, type JudgedLabels } from '../../evals/judges/calibrate.ts';
import { createOwnBudget } from '../../evals/judges/judge-budget.ts';
import {
  readLabelledAnswers,
  requireEnoughLabels,
  type LabelledAnswer,
} from '../../evals/judges/labelled-answers.ts';
import { openJudging } from '../../evals/judges/open-judging.ts';
import { createPatience } from '../../evals/patience/patient-caller.ts';
import { waitText } from '../../evals/patience/place.ts';
import type { Command, CommandContext } from '../commands/context.ts';
import { findBindings } from './find-bindings.ts';
import { openBinding } from './open-binding.ts';
import { withPrivateGateway } from './private-gateway.ts';
import { untilInterrupted } from '../until-interrupted.ts';
import { done, type CommandOutcome } from '../output/outcome.ts';
import { createTeamFiles } from '../pack/team-files.ts';
import { readBindings } from '../up/environments/environments.ts';
import { judgeText } from '../output/describe-judge.ts';

export interface CalibrateOptions {
  readonly judge: string;
  readonly labels: string;
  readonly criterion?: string;
  readonly environment: string;
  readonly concurrency: number;
  readonly patience: number; // milliseconds
}

const callTimeoutMs = 600_000;
/** Of more answers without a verdict than this nothing is kept: the judge is broken, not weak. */
const mostNotJudged = 0.05;

/** Asks a judge about labelled answers, from here, and has the control plane keep what it said. */
export const judgeCalibrate: Command<CalibrateOptions> = async (context, options) => {
  const { labels, environment } = options;
  const text = createTeamFiles(context.settings.workingDirectory, labels).read(labels);
  const { answers, repeated } = readLabelledAnswers(text, labels);
  if (repeated > 0) context.tell(`${repeated} rows say once more what others say; each counts once`);
  const { path, said } = findBindings(context.settings.workingDirectory, context.settings.home);
  context.tell(`bindings: ${said}`);
  const [binding] = readBindings(path, [environment]);
  if (binding === undefined) throw new Error(`No binding of ${environment}.`);
  const judge = namedJudge(binding, options.judge, environment);
  requireEnoughLabels(answers);
  // Who may not keep what it says is told so before anybody pays for it.
  await context.api().get('/v1/judges/calibrations/rights');
  const counts = await untilInterrupted((signal) => ask(context, { options, binding, answers, signal }));
  if (counts === 'interrupted') return interrupted;
  requireVerdicts(judge, counts, answers.length);
  const { twice, disagreed, ...kept } = counts;
  const labelsDigest = digestOf(
    answers.map((each) => ({ ...each, criterion: each.criterion ?? options.criterion ?? '' })),
  );
  const state = await context.api().post<JudgeState>('/v1/judges/calibrations', {
    ...{ judge: judge.digest, name: judge.name, environment, labelsDigest },
    ...kept,
  });
  const again = `asked again about ${twice} answers it said another thing of ${disagreed}`;
  return done(`${judgeText(state)}\n${again}`, { ...state, twice, disagreed });
};

const interrupted: CommandOutcome = {
  code: exitCodes.aborted,
  word: 'aborted',
  json: {},
  text: 'Interrupted: nothing is kept.',
};

function namedJudge(binding: Binding, name: string, environment: string): NamedJudge {
  const judges = judgesOf(binding);
  const judge = judges.get(name);
  if (judge !== undefined) return judge;
  throw new SluiceError('not_found', `The environment ${environment} has no judge "${name}".`, {
    remedy: `It has: ${[...judges.keys()].join(', ') || 'none'}. Name it under \`judges\` in sluice.environments.yaml.`,
  });
}

interface Asked {
  readonly options: CalibrateOptions;
  readonly binding: Binding;
  readonly answers: readonly LabelledAnswer[];
  readonly signal: AbortSignal;
}

async function ask(
  context: CommandContext,
  { options, binding, answers, signal }: Asked,
): Promise<JudgedLabels> {
  const { judge, criterion, environment, concurrency: atOnce, patience: patienceMs } = options;
  const bound = await openBinding({ binding, environment, variables: context.settings.environment }, []);
  const live = context.live();
  const onWait = (wait: Parameters<typeof waitText>[0]): void => {
    live.show(waitText(wait), waitText(wait));
  };
  const patience = createPatience({ atOnce, patienceMs, onWait });
  try {
    return await withPrivateGateway({ revisions: [], environment, bound }, (gateway) => {
      const door = { ...gateway, timeoutMs: callTimeoutMs };
      const judging = openJudging({
        ...{ binding, gateway: door, patience, budget: createOwnBudget() },
        isAdmitted: () => true,
      });
      const onProgress = (count: number): void => {
        live.show(`${count} of ${answers.length} answers`, `${answers.length} answers`);
      };
      return judgeLabelled({ judging, judge, criterion, answers, atOnce, onProgress, signal });
    });
  } finally {
    live.end();
  }
}

function requireVerdicts({ name }: NamedJudge, { notJudged }: JudgedLabels, answers: number): void {
  if (notJudged <= mostNotJudged * answers) return;
  throw new SluiceError(
    'broken_measurement',
    `The judge "${name}" gave no verdict on ${notJudged} of ${answers} answers.`,
    {
      remedy:
        'Nothing is kept of it. See that its model answers with JSON: another model, or another prompt.',
    },
  );
}
