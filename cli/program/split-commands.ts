import { Option, type Command as Program } from 'commander';
import type { SplitHealOptions } from '../commands/release/split-heal.ts';
import type { RollbackOptions } from '../commands/release/rollback.ts';
import { environmentOption, reasonOption, wholeNumber, withExamples } from './options.ts';
import type { RunCommand } from './run.ts';

/** What changes who is served what, in one step: `rollback` and `split heal`; with `--direct` past the API. */
export function addSplitCommands(program: Program, run: RunCommand): void {
  addRollback(program, run);
  addHeal(program, run);
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
      'with --to and --reason: serve what was marked bad, or what never was stable where the policy lets you',
      false,
    )
    .addOption(reasonOption())
    .option('--direct', 'straight to PostgreSQL: needs neither API nor Temporal', false)
    .addHelpText(
      'after',
      '\nPressing twice, or hours after something was rolled back by itself, takes nothing more out: the answer is' +
        '\n"already" and says what serves since when, and on a terminal asks. Goes back to the newest former stable' +
        '\nrevision that was not found bad and that a gateway can serve, and names what it passes over.',
    )
    .action(
      (app: string, { direct, ...options }: { readonly direct: boolean } & Omit<RollbackOptions, 'app'>) =>
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
    .action(
      (app: string, { direct, ...options }: { readonly direct: boolean } & Omit<SplitHealOptions, 'app'>) =>
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
