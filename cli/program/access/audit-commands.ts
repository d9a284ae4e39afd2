import { Option, type Command as Program } from 'commander';
import type { AuditVerifyOptions } from '../../commands/access/audit-verify.ts';
import type { audit } from '../../commands/access/audit.ts';
import { cursorOption, limitOption, withExamples } from '../options.ts';
import type { RunCommand } from '../run.ts';

type AuditOptions = { readonly verify: boolean } & AuditVerifyOptions & Parameters<typeof audit>[1];

const expectOption = () => new Option('--expect <head>', 'an end of the log that was noted: NUMBER:HASH');
const headsOption = () =>
  new Option('--heads <file>', 'the heads that an API has written, or a copy of them');

/** `audit`, and what is kept of it elsewhere. */
export function addAuditCommands(program: Program, run: RunCommand): void {
  const auditProgram = program
    .command('audit')
    .description('show who did what, newest first')
    .option('--app <name>', 'only of this app')
    .option('--release <release>', 'only of this release')
    .option('--all', 'also what the database has written down of changed rows', false)
    .addOption(limitOption())
    .addOption(cursorOption())
    .addOption(
      new Option(
        '--verify',
        'check the whole log instead, and what it records; 17 where anything does not hold',
      )
        .default(false)
        .conflicts(['app', 'release', 'cursor']),
    )
    .addOption(expectOption())
    .addOption(headsOption())
    .action(({ verify, expect, heads, ...options }: AuditOptions) =>
      verify || expect !== undefined || heads !== undefined
        ? run(
            async () => (await import('../../commands/access/audit-verify.ts')).auditVerify,
            given({ expect, heads }),
          )
        : run(async () => (await import('../../commands/access/audit.ts')).audit, options),
    );
  withExamples(
    auditProgram,
    'sluice audit --app bank-support --limit 10',
    'sluice audit --verify',
    'sluice audit --verify --heads /mnt/elsewhere/heads.jsonl',
  );
  addAuditFiles(auditProgram, run);
}

/** `audit head`, `audit export` and `audit verify`: what is kept elsewhere, and checked there. */
function addAuditFiles(auditProgram: Program, run: RunCommand): void {
  const head = auditProgram
    .command('head')
    .description('print the end of the log as NUMBER:HASH, to be noted elsewhere')
    .action(() => run(async () => (await import('../../commands/access/audit-export.ts')).auditHead, {}));
  withExamples(head, 'sluice audit head', 'sluice audit head --json');
  const exporting = auditProgram
    .command('export')
    .description('write the whole log as JSON Lines, closed by its head')
    .option('--out <file>', 'write to this file instead of standard output')
    .action((options: { readonly out?: string }) =>
      run(async () => (await import('../../commands/access/audit-export.ts')).auditExport, options),
    );
  withExamples(exporting, 'sluice audit export --out audit.jsonl');
  const verify = auditProgram
    .command('verify <file>')
    .description('check an export, without API and database; its seals by SLUICE_AUDIT_KEY')
    .action((file: string, _options: object, command: Program) => {
      // The options stand at `audit`, which would take them from here.
      const { expect, heads } = command.optsWithGlobals<AuditVerifyOptions>();
      return run(async () => (await import('../../commands/access/audit-verify-file.ts')).auditVerifyFile, {
        file,
        ...given({ expect, heads }),
      });
    });
  withExamples(
    verify,
    'sluice audit verify audit.jsonl',
    'sluice audit verify audit.jsonl --expect 1200:4be1…',
  );
}

function given({
  expect,
  heads,
}: {
  readonly expect?: string | undefined;
  readonly heads?: string | undefined;
}): AuditVerifyOptions {
  return { ...(expect === undefined ? {} : { expect }), ...(heads === undefined ? {} : { heads }) };
}
