import type { Command as Program } from 'commander';
import type { ChangeRecordOptions } from '../commands/release/change-record.ts';
import type { RecordVerifyOptions } from '../commands/release/change-record-verify.ts';
import type { reviewList } from '../commands/release/reviews.ts';
import { cursorOption, limitOption, noteOption, withExamples } from './options.ts';
import type { RunCommand } from './run.ts';

/** `review list` and `sign`: what was done past the rules, until somebody else has looked at it. */
export function addReviewCommands(program: Program, run: RunCommand): void {
  const review = program
    .command('review')
    .description('what was done past the rules (break-glass, overrides, skipped gates)');
  const list = review
    .command('list')
    .description('list what nobody else has looked at yet, newest first')
    .option('--all', 'those that are signed off, too', false)
    .addOption(limitOption())
    .addOption(cursorOption())
    .action((options: Parameters<typeof reviewList>[1]) =>
      run(async () => (await import('../commands/release/reviews.ts')).reviewList, options),
    );
  withExamples(list, 'sluice review list');
  const sign = review
    .command('sign <id>')
    .description('sign one off that somebody else has done (operator)')
    .addOption(noteOption())
    .action((id: string, options: { readonly note: string }) =>
      run(async () => (await import('../commands/release/reviews.ts')).reviewSign, { id, ...options }),
    );
  withExamples(sign, 'sluice review sign 12 --note "outage of the provider, rightly rolled back"');
  addChangeRecord(program, run);
}

function addChangeRecord(program: Program, run: RunCommand): void {
  const record = program
    .command('change-record [release]')
    .description('write one HTML file of a change: what, why, evidence, who, timeline, outcome')
    .option('-o, --output <file>', 'where to (default: change-record-<app>-<label>.html)')
    .option('--verify <file>', 'the same as `change-record verify <file>`')
    .action((id: string | undefined, options: Omit<ChangeRecordOptions, 'id'>) =>
      run(
        async () => (await import('../commands/release/change-record.ts')).changeRecord,
        id === undefined ? options : { ...options, id },
      ),
    );
  withExamples(record, 'sluice change-record 3f0c…');
  const verify = record
    .command('verify <file>')
    .description(
      'check such a file without the API: 17 where it does not hold, 12 where not all is vouched for, as SLUICE_AUDIT_KEY does',
    )
    .option('--expect <head>', 'an end of the audit log that was noted elsewhere, NUMBER:HASH')
    .option('--heads <file>', 'a file of such ends')
    .option('--log <file>', 'an export of the audit log, `sluice audit export`')
    .action((file: string, options: Omit<RecordVerifyOptions, 'file'>) =>
      run(async () => (await import('../commands/release/change-record-verify.ts')).changeRecordVerify, {
        file,
        ...options,
      }),
    );
  withExamples(
    verify,
    'sluice change-record verify change-record-bank-v7.html',
    'sluice change-record verify change-record-bank-v7.html --log audit.jsonl --expect 812:5f0c…',
  );
}
