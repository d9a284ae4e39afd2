import { commentLimits, commentText, summaryLimits } from '../../evals/reports/comment/comment.ts';
import type { GateReport } from '../../evals/reports/comment/report-data.ts';
import { countsText, wordsOfOutcome } from '../../evals/reports/comment/words.ts';
import type { CommandContext } from '../commands/context.ts';
import type { Annotation } from '../github/annotations.ts';
import type { GithubRun } from '../github/github-run.ts';
import { publish, type PublishedReport } from '../github/publish.ts';

export interface ReportToPublish {
  readonly report: GateReport;
  readonly check: string;
  readonly annotations: readonly Annotation[];
  /** It was measured by whoever has opened the pull request: it is shown, and is no verdict. */
  readonly unconfirmed: boolean;
}

/** What stands before a report that nobody with rights has measured. */
const unconfirmedNote = [
  '',
  '> Reported by the pull request’s own run, which has no rights and could have said anything: it is no verdict.',
  '> Somebody with rights has to run the gate on this commit before it is merged.',
  '',
];

/** Says on GitHub what a gate has found. Never throws for what cannot be written there. */
export function publishReport(
  { report, check, annotations, unconfirmed }: ReportToPublish,
  context: Pick<CommandContext, 'tell' | 'command'>,
  run: GithubRun,
): Promise<PublishedReport> {
  const { app, environment, outcome } = report;
  const links = [`[run ${run.id}, attempt ${run.attempt}](${run.url})`, `commit ${run.headSha.slice(0, 7)}`];
  const note = unconfirmed ? unconfirmedNote : [];
  const { word } = wordsOfOutcome[outcome];
  return publish(
    {
      ...{ app, environment, check, annotations },
      // A check that counts as passed is nobody's to write who has opened the pull request.
      outcome: unconfirmed ? 'inconclusive' : outcome,
      title: unconfirmed ? `not confirmed: ${word}` : `${word}: ${countsText(report)}`,
      comment: (marker) => commentText(report, { ...commentLimits, before: [marker, ...note], links }),
      checkText: commentText(report, { ...commentLimits, before: note, links }),
      summary: commentText(report, { ...summaryLimits, before: note, links }),
    },
    { run, tell: context.tell, command: context.command },
  );
}
