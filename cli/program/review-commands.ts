import type { Command as Program } from 'commander';
import { reviewList, reviewSign } from '../commands/reviews.ts';
import { cursorOption, limitOption, withExamples } from './options.ts';
import type { Run } from './run.ts';

/** `review list` and `sign`: what was done past the rules, until somebody else has looked at it. */
export function addReviewCommands(program: Program, run: Run): void {
  const review = program
    .command('review')
    .description('what was done past the rules (break-glass, overrides, skipped gates)');
  const list = review
    .command('list')
    .description('list what nobody else has looked at yet, newest first')
    .option('--all', 'those that are signed off, too', false)
    .addOption(limitOption())
    .addOption(cursorOption())
    .action((options: Parameters<typeof reviewList>[1]) => run(reviewList, options));
  withExamples(list, 'sluice review list');
  const sign = review
    .command('sign <id>')
    .description('sign one off that somebody else has done (operator)')
    .requiredOption('--note <text>', 'what was found; it stands in the audit log')
    .action((id: string, options: { note: string }) => run(reviewSign, { id, ...options }));
  withExamples(sign, 'sluice review sign 12 --note "outage of the provider, rightly rolled back"');
}
