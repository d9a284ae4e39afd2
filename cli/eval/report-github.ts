import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { exitCodes, messageOf, SluiceError } from '../../domain/errors.ts';
import { gateReportSchema, type GateReport } from '../../evals/reports/comment/report-data.ts';
import type { Command } from '../commands/context.ts';
import { readGithubRun } from '../github/github-run.ts';
import { done } from '../output/outcome.ts';
import { publishReport } from './publish-report.ts';

export interface ReportGithubOptions {
  readonly from: string;
  readonly check: string;
}

/** Of 5,000 cases with all their texts, and some. */
const mostBytes = 64_000_000;

/**
 * Says on GitHub what another run has measured that had no rights: what it wrote is data, and taken as no more than text. Its
 * comment says so, and its check is never one that counts as passed. Ends with 5 where something could not be written.
 */
export const reportGithub: Command<ReportGithubOptions> = async (context, { from, check }) => {
  const run = readGithubRun(context.settings.environment);
  const report = readReport(resolve(context.settings.workingDirectory, from), from);
  const { failed } = await publishReport({ report, check, annotations: [], unconfirmed: true }, context, run);
  const json = { report: { app: report.app, outcome: report.outcome }, notWritten: failed };
  if (failed.length === 0)
    return { ...done(`Reported what ${report.app}’s run said: ${report.outcome}.`, json), word: 'reported' };
  return {
    code: exitCodes.unreachable,
    word: 'not_reported',
    json,
    text: `Not written: ${failed.join(', ')}.`,
  };
};

/** Throws `invalid_file` for what is no report, and `not_found`. */
function readReport(path: string, shown: string): GateReport {
  const remedy = 'Name a file that `sluice eval --report` has written.';
  try {
    if (statSync(path).size > mostBytes) throw new Error(`it is larger than ${mostBytes} bytes`);
    return gateReportSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : messageOf(cause);
    throw new SluiceError('invalid_file', `${shown} is no report: ${why}`, { remedy, cause });
  }
}
