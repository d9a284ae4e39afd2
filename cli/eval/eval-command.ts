import { resolve } from 'node:path';
import { describeError, exitCodes, messageOf, SluiceError, type ExitCode } from '../../domain/errors.ts';
import type { EvalDecision } from '../../evals/gate.ts';
import { caseReports, type EvalReport, type UndecidedReport } from '../../evals/report.ts';
import { jsonReport } from '../../evals/reports/json.ts';
import { junitReport, undecidedJunitReport } from '../../evals/reports/junit.ts';
import { commentLimits, commentText } from '../../evals/reports/comment/comment.ts';
import { gateReport, undecidedGateReport } from '../../evals/reports/comment/gather.ts';
import type { GateReport } from '../../evals/reports/comment/report-data.ts';
import { terminalReport } from '../../evals/reports/terminal.ts';
import { askedText } from '../../evals/reports/wording.ts';
import type { Command, CommandContext } from '../commands/context.ts';
import { readGithubRun, type GithubRun } from '../github/github-run.ts';
import { writeOutputs } from '../github/run-files.ts';
import type { CommandOutcome } from '../output/outcome.ts';
import { annotationsOf } from './annotations-of.ts';
import { publishReport } from './publish-report.ts';
import { runEvaluation, type MeasuredSoFar, type EvaluationOptions } from './run-evaluation.ts';
import { firstChange, shownBeside, type Folders } from './shown-beside.ts';
import { readSubjects, type SubjectOptions, type Subjects } from './subjects.ts';
import { untilInterrupted } from '../until-interrupted.ts';
import { openWhole, type WholeFile } from './whole-file.ts';

export interface EvalOptions extends SubjectOptions {
  readonly environment: string;
  readonly concurrency: number;
  readonly patience: number; // milliseconds
  readonly junit?: string;
  readonly markdown?: string;
  /** The report as data, for `sluice report github`. */
  readonly report?: string;
  readonly reporter?: 'github';
  /** Name of the check that the reporter writes. */
  readonly check: string;
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
  const run = options.reporter === 'github' ? readGithubRun(context.settings.environment) : undefined;
  // Whoever pays for the calls wants to know before them that a report cannot be written.
  const files = openReportFiles(context, options);
  const subjects = await readSubjects(options, context);
  const { environment, concurrency, patience: patienceMs } = options;
  const measured: MeasuredSoFar = { results: [] };
  const startedMs = performance.now();
  const ended = await measure(context, subjects, { environment, concurrency, patienceMs, measured });
  const seconds = (performance.now() - startedMs) / 1000;
  const folders = foldersOf(context, run);
  const shown = shownBeside(subjects, folders, { ...options, seconds });
  const report = ended.kind === 'report' ? ended.report : undecided(subjects, measured, ended);
  const gate = 'decision' in report ? gateReport(report, shown) : undecidedGateReport(report, shown);
  for (const { file, render } of files) file.write(render({ report, gate }));
  if (run !== undefined) {
    const annotations = annotationsOf(gate, firstChange(shown, subjects, folders));
    await publishReport(
      { report: gate, check: options.check, annotations, unconfirmed: false },
      context,
      run,
    );
    if (options.report !== undefined) writeOutputs(run, { report: options.report });
  }
  if ('decision' in report) return outcomeOf(context, report);
  if (files.length > 0) context.tell(`the reports say what there is. ${askedText(report)}`);
  if (ended.kind === 'undecided') return ended.outcome;
  throw ended.kind === 'thrown' ? ended.error : new TypeError('A report has a decision.');
};

function foldersOf({ settings: { workingDirectory } }: CommandContext, run: GithubRun | undefined): Folders {
  return { workingDirectory, top: run?.workspace ?? workingDirectory };
}

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

/** What a report's file is made of. */
interface Rendered {
  readonly report: EvalReport | UndecidedReport;
  readonly gate: GateReport;
}

interface ReportFile {
  readonly file: WholeFile;
  readonly render: (found: Rendered) => string;
}

function openReportFiles({ settings }: CommandContext, options: EvalOptions): ReportFile[] {
  const wanted = [
    {
      file: options.junit,
      render: ({ report }: Rendered) =>
        'decision' in report ? junitReport(report) : undecidedJunitReport(report),
    },
    { file: options.markdown, render: ({ gate }: Rendered) => commentText(gate, commentLimits) },
    { file: options.report, render: ({ gate }: Rendered) => `${JSON.stringify(gate)}\n` },
  ];
  return wanted.flatMap(({ file, render }) =>
    file === undefined ? [] : [{ file: openWhole(resolve(settings.workingDirectory, file)), render }],
  );
}
