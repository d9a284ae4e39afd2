import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describeError, exitCodes, messageOf, SluiceError, type ExitCode } from '../../domain/errors.ts';
import type { EvalDecision } from '../../evals/gate.ts';
import type { EvalReport } from '../../evals/report.ts';
import { jsonReport } from '../../evals/reports/json.ts';
import { junitReport } from '../../evals/reports/junit.ts';
import { markdownReport } from '../../evals/reports/markdown.ts';
import { terminalReport } from '../../evals/reports/terminal.ts';
import type { Command, CommandContext } from '../commands/context.ts';
import type { CommandOutcome } from '../output/outcome.ts';
import { runEvaluation, type RunOptions } from './run-evaluation.ts';
import { readSubjects, type SubjectOptions, type Subjects } from './subjects.ts';
import { untilInterrupted } from './until-interrupted.ts';

export interface EvalOptions extends SubjectOptions {
  environment: string;
  concurrency: number;
  patience: number; // milliseconds
  junit?: string;
  markdown?: string;
}

const endings: Record<EvalDecision['outcome'], { code: ExitCode; word: string }> = {
  pass: { code: exitCodes.done, word: 'passed' },
  block: { code: exitCodes.gateBlocked, word: 'blocked' },
  inconclusive: { code: exitCodes.inconclusive, word: 'inconclusive' },
};

/** The provider answered nothing: nothing is known of the revision. */
const failed = { code: exitCodes.unreachable, word: 'failed' };

const interrupted: CommandOutcome = {
  code: exitCodes.aborted,
  word: 'aborted',
  json: {},
  text: 'Interrupted; nothing was decided, and nothing was left behind.',
};

/**
 * Runs the suites of a `sluice.yaml` to the decision that a release's gate would come to, through a gateway of its
 * own. The exit code is the gate's: 0, 11, 12; 5 where nothing could be measured, as in a provider's outage.
 */
export const evaluate: Command<EvalOptions> = async (context, options) => {
  const subjects = await readSubjects(options, context);
  const files = reportFiles(context, options);
  // Whoever pays for the calls wants to know before them that a report cannot be written.
  for (const { path } of files) writeReport(path, '');
  const { environment, concurrency, patience: patienceMs } = options;
  const report = await measure(context, subjects, { environment, concurrency, patienceMs });
  if ('code' in report) return report;
  for (const { path, render } of files) writeReport(path, render(report));
  return outcomeOf(context, report);
};

/** The report, or how the command ends without one. */
async function measure(
  context: CommandContext,
  subjects: Subjects,
  options: Omit<RunOptions, 'signal'>,
): Promise<EvalReport | CommandOutcome> {
  try {
    const report = await untilInterrupted((signal) =>
      runEvaluation(context, subjects, { ...options, signal }),
    );
    return report === 'interrupted' ? interrupted : report;
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    if (error.code === 'gate_blocked') return withoutReport(endings.block, error);
    if (error.details['outOfPatience'] === true) return withoutReport(failed, error);
    throw error;
  }
}

function withoutReport(ending: { code: ExitCode; word: string }, error: SluiceError): CommandOutcome {
  const { message, remedy } = error;
  return { ...ending, json: { error: { message, remedy } }, text: describeError(error) };
}

function outcomeOf(context: CommandContext, report: EvalReport): CommandOutcome {
  return {
    ...endings[report.decision.outcome],
    json: { report: JSON.parse(jsonReport(report)) as unknown },
    text: terminalReport(report, { colour: context.paint('bold', '') !== '' }),
  };
}

function reportFiles(
  { settings }: CommandContext,
  { junit, markdown }: EvalOptions,
): { path: string; render: (report: EvalReport) => string }[] {
  const wanted = [
    { file: junit, render: junitReport },
    { file: markdown, render: (report: EvalReport) => markdownReport(report) },
  ];
  return wanted.flatMap(({ file, render }) =>
    file === undefined ? [] : [{ path: resolve(settings.workingDirectory, file), render }],
  );
}

function writeReport(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw new SluiceError('usage', `The report cannot be written: ${messageOf(cause)}`, {
      remedy: 'Name a file in a folder that is there.',
      cause,
    });
  }
}
