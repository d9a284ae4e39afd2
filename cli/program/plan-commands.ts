import type { Command as Program } from 'commander';
import type { planCheck } from '../commands/release/plan-check.ts';
import type { planFit } from '../commands/release/plan-fit.ts';
import { dirtyOption, fileOption, labelOption, reasonOption, wholeFromOne, withExamples } from './options.ts';
import type { RunCommand } from './run.ts';

/** `plan check` and `plan fit`: what a release would find, before there is one. */
export function addPlanCommands(program: Program, run: RunCommand): void {
  const plan = program.command('plan').description('what a plan needs, and what it finds');
  const check = plan
    .command('check')
    .description(
      'say what a release would find, and start none: 0 it has all, 13 its mirror waits, 12 it lacks data',
    )
    .addOption(fileOption())
    .option('-p, --plan <name>', 'the plan of sluice.yaml to go by', 'default')
    .addOption(labelOption())
    .option('--skip-evaluation', 'as of release start', false)
    .option('--skip-mirror', 'as of release start', false)
    .option('--retry', 'as of release start', false)
    .addOption(reasonOption())
    .addOption(dirtyOption())
    .action((options: Parameters<typeof planCheck>[1]) =>
      run(async () => (await import('../commands/release/plan-check.ts')).planCheck, options),
    );
  withExamples(check, 'sluice plan check', 'sluice plan check --plan careful --json');
  const fit = plan
    .command('fit')
    .description(
      "say what a plan's steps find in the app's traffic, how long they take, and which plan suits it",
    )
    .addOption(fileOption())
    .option('-p, --plan <name>', 'the plan of sluice.yaml', 'default')
    .option('--requests-per-day <n>', 'instead of what gateways have counted', wholeFromOne)
    .addOption(dirtyOption())
    .action((options: Parameters<typeof planFit>[1]) =>
      run(async () => (await import('../commands/release/plan-fit.ts')).planFit, options),
    );
  withExamples(fit, 'sluice plan fit', 'sluice plan fit --requests-per-day 300');
}
