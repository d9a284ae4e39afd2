import { appendFileSync } from 'node:fs';
import type { GithubRun } from './github-run.ts';

/** Adds Markdown to the page of the job. Does nothing where GitHub has given no file for it. */
export function writeSummary({ summaryFile }: Pick<GithubRun, 'summaryFile'>, markdown: string): void {
  if (summaryFile !== undefined) appendFileSync(summaryFile, `${markdown}\n`);
}

/** Gives the step's outputs to the steps after it. Values are of one line; one that is not would be several outputs. */
export function writeOutputs(
  { outputFile }: Pick<GithubRun, 'outputFile'>,
  outputs: Readonly<Record<string, string>>,
): void {
  if (outputFile === undefined) return;
  const lines = Object.entries(outputs).map(
    ([name, value]) => `${name}=${value.replaceAll(/[\r\n]/g, ' ')}\n`,
  );
  appendFileSync(outputFile, lines.join(''));
}
