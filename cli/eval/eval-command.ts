import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describeError, exitCodes, messageOf, SluiceError, type ExitCode } from '../../domain/errors.ts';
import type { EvalDecision } from '../../evals/gate.ts';
import { caseReports, type EvalReport, type UndecidedReport } from '../../evals/report.ts';
import { jsonReport } from '../../evals/reports/json.ts';
import { junitReport, undecidedJunitReport } from '../../evals/reports/junit.ts';
import { markdownReport, undecidedMarkdownReport } from '../../evals/reports/markdown.ts';
import { terminalReport } from '../../evals/reports/terminal.ts';
import { askedText } from '../../evals/reports/wording.ts';
import type { Command, CommandContext } from '../commands/context.ts';
import type { CommandOutcome } from '../output/outcome.ts';
import { runEvaluation, type MeasuredSoFar, type EvaluationOptions } from './run-evaluation.ts';
import { readSubjects, type SubjectOptions, type Subjects } from './subjects.ts';
import { untilInterrupted } from './until-interrupted.ts';

export interface EvalOptions extends SubjectOptions {
  readonly environment: string;
  readonly concurrency: number;
  readonly patience: number; // milliseconds
  readonly junit?: string;
  readonly markdown?: string;
}

const endings: Record<EvalDecision['outcome'], { readonly code: ExitCode; readonly word: string }> = {
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
  const measured: MeasuredSoFar = { results: [] };
  const ended = await measure(context, subjects, { environment, concurrency, patienceMs, measured });
  if (ended.kind === 'report') {
    for (const { path, render } of files) writeReport(path, render(ended.report));
    return outcomeOf(context, ended.report);
  }
  const report = undecided(subjects, measured, ended);
  for (const { path, renderUndecided } of files) writeReport(path, renderUndecided(report));
  if (files.length > 0) context.tell(`the reports say what there is. ${askedText(report)}`);
  if (ended.kind === 'thrown') throw ended.error;
  return ended.outcome;
};

type Ended =
  | { readonly kind: 'report'; readonly report: EvalReport }
  | {
      readonly kind: 'undecided';
      readonly ending: UndecidedReport['ending'];
      readonly outcome: CommandOutcome;
      readonly error?: SluiceError;
    }
  /** Whatever else went wrong, which the command ends with. */
  | { readonly kind: 'thrown'; readonly ending: 'failed'; readonly error: unknown };

/** The report, or how the command ends without a decision. */
async function measure(
  context: CommandContext,
  subjects: Subjects,
  options: Omit<EvaluationOptions, 'signal'>,
): Promise<Ended> {
  try {
    const report = await untilInterrupted((signal) =>
      runEvaluation(context, subjects, { ...options, signal }),
    );
    if (report !== 'interrupted') return { kind: 'report', report };
    return { kind: 'undecided', ending: 'aborted', outcome: interrupted };
  } catch (error) {
    if (!(error instanceof SluiceError)) return { kind: 'thrown', ending: 'failed', error };
    if (error.code === 'gate_blocked') {
      return { kind: 'undecided', ending: 'blocked', outcome: withoutReport(endings.block, error), error };
    }
    if (error.details['outOfPatience'] === true) {
      return { kind: 'undecided', ending: 'failed', outcome: withoutReport(failed, error), error };
    }
    return { kind: 'thrown', ending: 'failed', error };
  }
}

function withoutReport(
  ending: { readonly code: ExitCode; readonly word: string },
  error: SluiceError,
): CommandOutcome {
  const { message, remedy } = error;
  return { ...ending, json: { error: { message, remedy } }, text: describeError(error) };
}

/** What reports say where nothing was decided. */
function undecided(
  { app, candidate, baseline }: Subjects,
  { plan, results }: MeasuredSoFar,
  ended: Exclude<Ended, { readonly kind: 'report' }>,
): UndecidedReport {
  const remedy = ended.error instanceof SluiceError ? ended.error.remedy : undefined;
  const what = ended.error === undefined ? 'It was interrupted.' : messageOf(ended.error);
  return {
    app,
    candidate: candidate.label,
    ...(baseline === undefined ? {} : { stable: baseline.label }),
    ending: ended.ending,
    why: remedy === undefined ? what : `${what}\n${remedy}`,
    cases: plan === undefined ? [] : caseReports(plan, results),
  };
}

function outcomeOf(context: CommandContext, report: EvalReport): CommandOutcome {
  return {
    ...endings[report.decision.outcome],
    json: { report: JSON.parse(jsonReport(report)) as unknown },
    text: terminalReport(report, { colour: context.paint('bold', '') !== '' }),
  };
}

interface ReportFile {
  readonly path: string;
  readonly render: (report: EvalReport) => string;
  readonly renderUndecided: (report: UndecidedReport) => string;
}

function reportFiles({ settings }: CommandContext, { junit, markdown }: EvalOptions): ReportFile[] {
  const wanted = [
    { file: junit, render: junitReport, renderUndecided: undecidedJunitReport },
    {
      file: markdown,
      render: (report: EvalReport) => markdownReport(report),
      renderUndecided: undecidedMarkdownReport,
    },
  ];
  return wanted.flatMap(({ file, ...rendered }) =>
    file === undefined ? [] : [{ path: resolve(settings.workingDirectory, file), ...rendered }],
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
