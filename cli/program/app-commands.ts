import { Option, type Command as Program } from 'commander';
import type { appCreate } from '../commands/app-create.ts';
import type { appSet } from '../commands/app-set.ts';
import type { AuditVerifyOptions } from '../commands/access/audit-verify.ts';
import type { audit } from '../commands/access/audit.ts';
import type { erase } from '../commands/access/erase.ts';
import type { SplitHealOptions } from '../commands/release/split-heal.ts';
import type { RollbackOptions } from '../commands/release/rollback.ts';
import {
  between,
  cursorOption,
  dirtyOption,
  environmentOption,
  fileOption,
  labelOption,
  limitOption,
  reasonOption,
  wholeNumber,
  withExamples,
} from './options.ts';
import type { RunCommand } from './run.ts';

type AuditOptions = { verify: boolean } & AuditVerifyOptions & Parameters<typeof audit>[1];

const samplingKinds = ['off', 'metadata', 'redacted', 'full'];
const reportKinds = ['shown', 'judged'];

function addAppSet(app: Program, run: RunCommand): void {
  const set = app
    .command('set <name>')
    .description(
      "change what is kept of an app's requests, and whether its callers' reports are judged; for admins",
    )
    .addOption(new Option('--sampling <kind>', 'what is kept of requests').choices(samplingKinds))
    .option(
      '--samples-per-second <number>',
      'requests kept a second, over all gateways (1)',
      between(0.001, 100),
    )
    .option(
      '--max-samples <number>',
      'requests kept at most in each environment, the newest (20000)',
      wholeNumber,
    )
    .option(
      '--max-fresh-samples <number>',
      'requests kept for an hour as they came, at most in each environment (5000)',
      wholeNumber,
    )
    .option('--max-fresh-megabytes <number>', 'and their size there, sealed, in MB (256)', wholeNumber)
    .addOption(
      new Option('--reports <kind>', "callers' reports of calls past the gateways").choices(reportKinds),
    )
    .addOption(reasonOption())
    .action((name: string, options: Omit<Parameters<typeof appSet>[1], 'app'>) =>
      run(async () => (await import('../commands/app-set.ts')).appSet, { ...options, app: name }),
    );
  withExamples(
    set,
    'sluice app set bank-support --samples-per-second 5',
    'sluice app set bank-support --sampling metadata --reason "customers asked for it"',
  );
}

function addAppCreate(app: Program, run: RunCommand): void {
  const create = app
    .command('create [name]')
    .description(
      'publish the app of sluice.yaml; with --stable make its revision serve, if it passes its evaluation',
    )
    .addOption(fileOption())
    .option('--stable', 'the first release: serve this revision in every environment', false)
    .addOption(labelOption())
    .addOption(
      new Option('--sampling <kind>', 'what is kept of requests').choices(samplingKinds).default('redacted'),
    )
    .option('--plan <name>', 'with --stable: the plan whose gate the revision has to pass', 'default')
    .option('--skip-evaluation', 'with --stable: serve without a passing gate; needs --reason', false)
    .addOption(reasonOption())
    .addOption(dirtyOption())
    .action((name: string | undefined, options: Omit<Parameters<typeof appCreate>[1], 'name'>) =>
      run(async () => (await import('../commands/app-create.ts')).appCreate, {
        ...options,
        ...(name === undefined ? {} : { name }),
      }),
    );
  withExamples(create, 'sluice app create --stable', 'sluice app create my-app -f my-app/sluice.yaml');
}

function addRollback(program: Program, run: RunCommand): void {
  const rollbackProgram = program
    .command('rollback <app>')
    .description('take a revision out in one step: the candidate if there is one, else stable')
    .addOption(environmentOption())
    .option('--to <label>', 'the former stable revision to go back to, also one that a person took out')
    .option('--take-out <label>', 'the revision to take out')
    .addOption(
      new Option(
        '--seen <version>',
        'the split version that you looked at: takes out what it shows',
      ).argParser(wholeNumber),
    )
    .option(
      '--force',
      'with --to and --reason: serve what was condemned, or what never was stable where the policy lets you',
      false,
    )
    .addOption(reasonOption())
    .option('--direct', 'straight to PostgreSQL: needs neither API nor Temporal', false)
    .addHelpText(
      'after',
      '\nPressing twice, or hours after something was taken back by itself, takes nothing more out: the answer is' +
        '\n"already" and says what serves since when, and on a terminal asks. Goes back to the newest former stable' +
        '\nrevision that was not found bad and that a gateway can serve, and names what it passes over.',
    )
    .action((app: string, { direct, ...options }: { direct: boolean } & Omit<RollbackOptions, 'app'>) =>
      run(
        async () =>
          direct
            ? (await import('../break-glass/rollback-direct.ts')).rollbackDirect
            : (await import('../commands/release/rollback.ts')).rollback,
        { app, ...options },
      ),
    );
  withExamples(
    rollbackProgram,
    'sluice rollback bank-support',
    'sluice rollback bank-support --seen 7 --reason "answers in French"',
    'sluice rollback bank-support --to intent-v1',
    'sluice rollback bank-support --direct',
  );
}

function addHeal(program: Program, run: RunCommand): void {
  const heal = program
    .command('split')
    .description('mend what says who is served what')
    .command('heal <app>')
    .description(
      'where the database has lost its last writes: a version above all that gateways report, with what they serve',
    )
    .addOption(environmentOption())
    .option('--to <label>', 'the revision that is right, where gateways disagree')
    .addOption(reasonOption())
    .option('--direct', 'straight to PostgreSQL: needs neither API nor Temporal', false)
    .action((app: string, { direct, ...options }: { direct: boolean } & Omit<SplitHealOptions, 'app'>) =>
      run(
        async () =>
          direct
            ? (await import('../break-glass/heal-direct.ts')).splitHealDirect
            : (await import('../commands/release/split-heal.ts')).splitHeal,
        { app, ...options },
      ),
    );
  withExamples(
    heal,
    'sluice split heal bank-support --reason "restored the backup of 14:00"',
    'sluice split heal bank-support --direct',
  );
}

const expectOption = () => new Option('--expect <head>', 'an end of the log that was noted: NUMBER:HASH');
const headsOption = () =>
  new Option('--heads <file>', 'the heads that an API has written, or a copy of them');

function addAudit(program: Program, run: RunCommand): void {
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
            async () => (await import('../commands/access/audit-verify.ts')).auditVerify,
            given({ expect, heads }),
          )
        : run(async () => (await import('../commands/access/audit.ts')).audit, options),
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
    .action(() => run(async () => (await import('../commands/access/audit-export.ts')).auditHead, {}));
  withExamples(head, 'sluice audit head', 'sluice audit head --json');
  const exporting = auditProgram
    .command('export')
    .description('write the whole log as JSON Lines, closed by its head')
    .option('--out <file>', 'write to this file instead of standard output')
    .action((options: { out?: string }) =>
      run(async () => (await import('../commands/access/audit-export.ts')).auditExport, options),
    );
  withExamples(exporting, 'sluice audit export --out audit.jsonl');
  const verify = auditProgram
    .command('verify <file>')
    .description('check an export, without API and database; its seals by SLUICE_AUDIT_KEY')
    .action((file: string, _options: object, command: Program) => {
      // The options stand at `audit`, which would take them from here.
      const { expect, heads } = command.optsWithGlobals<AuditVerifyOptions>();
      return run(async () => (await import('../commands/access/audit-verify-file.ts')).auditVerifyFile, {
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
  expect?: string | undefined;
  heads?: string | undefined;
}): AuditVerifyOptions {
  return { ...(expect === undefined ? {} : { expect }), ...(heads === undefined ? {} : { heads }) };
}

/** What is done with apps as they serve: `app create`, `app set`, `active`, `rollback`, `split heal`, `audit`, `erase`. */
export function addAppCommands(program: Program, run: RunCommand): void {
  const app = program
    .command('app')
    .description('make apps known, and change what is kept of their requests');
  addAppCreate(app, run);
  addAppSet(app, run);
  const activeProgram = program
    .command('active [app]')
    .description('show what serves: revision, chain, split')
    .addOption(environmentOption())
    .action((app: string | undefined, options: { environment: string }) =>
      run(async () => (await import('../commands/active.ts')).active, {
        ...options,
        ...(app === undefined ? {} : { app }),
      }),
    );
  withExamples(activeProgram, 'sluice active', 'sluice active bank-support --environment staging --json');
  addRollback(program, run);
  addHeal(program, run);
  addAudit(program, run);
  addErase(program, run);
}

function addErase(program: Program, run: RunCommand): void {
  const eraseProgram = program
    .command('erase')
    .description('delete what is kept of a subject: samples and all that was made of them; for admins')
    .requiredOption('--subject <subject>', 'as the application names it to the gateway')
    .option('--app <name>', 'of this app alone')
    .addOption(reasonOption())
    .action((options: Parameters<typeof erase>[1]) =>
      run(async () => (await import('../commands/access/erase.ts')).erase, options),
    );
  withExamples(eraseProgram, 'sluice erase --subject user-4711 --reason "asked for it"');
}
