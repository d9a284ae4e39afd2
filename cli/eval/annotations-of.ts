import type { FilePlace, GateReport, ReportedCase } from '../../evals/reports/comment/report-data.ts';
import { countsText, wordsOfOutcome } from '../../evals/reports/comment/words.ts';
import type { Annotation } from '../github/annotations.ts';

/**
 * What is said at the lines of a pull request's files: the verdict at the prompt that has changed, and each case that does not
 * pass where it stands. What blocks is an error, all else a warning; what is repaired is not annotated.
 */
export function annotationsOf(report: GateReport, changed: FilePlace | undefined): Annotation[] {
  const cases = report.cases.flatMap((each) => ofCase(each));
  return [...ofVerdict(report, changed), ...cases];
}

function ofVerdict(report: GateReport, changed: FilePlace | undefined): Annotation[] {
  const { outcome, why } = report;
  if (outcome === 'passed' || changed === undefined) return [];
  const level = outcome === 'blocked' ? 'error' : 'warning';
  const message = [countsText(report), ...why].join(' ');
  return [{ level, ...changed, title: `Sluice: ${wordsOfOutcome[outcome].word}`, message }];
}

function ofCase({ id, state, held, place, tally, stableTally, reasons }: ReportedCase): Annotation[] {
  if (place === undefined || state === 'repaired') return [];
  const stable = stableTally === undefined ? '' : `, stable ${stableTally}`;
  const message = [`${id}: passed ${tally}${stable}.`, ...reasons.slice(0, 1)].join(' ');
  return [{ level: held ? 'error' : 'warning', ...place, title: `Sluice: ${state}`, message }];
}
