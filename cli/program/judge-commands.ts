import type { Command as Program } from 'commander';
import type { CalibrateOptions } from '../eval/judge-calibrate.ts';
import { concurrencyOption, environmentOption, patienceOption, withExamples } from './options.ts';
import type { RunCommand } from './run.ts';

/** `judge calibrate`, `list` and `show`: which models may decide about answers. */
export function addJudgeCommands(program: Program, run: RunCommand): void {
  const judge = program
    .command('judge')
    .description('judges: models that score answers, and how well they see');
  const calibrate = judge
    .command('calibrate <judge> <labels>')
    .description(
      'ask a judge about labelled answers (.csv or .jsonl: request, answer, label) and keep how well it sees (admin)',
    )
    .option('--criterion <text>', 'what the answers are held against, where their rows do not say it')
    .addOption(environmentOption('staging'))
    .addOption(concurrencyOption())
    .addOption(patienceOption())
    .action((name: string, labels: string, options: Omit<CalibrateOptions, 'judge' | 'labels'>) =>
      run(async () => (await import('../eval/judge-calibrate.ts')).judgeCalibrate, {
        ...options,
        judge: name,
        labels,
      }),
    );
  withExamples(
    calibrate,
    'sluice judge calibrate default labels.csv --criterion "answers the question that was asked"',
  );
  const list = judge
    .command('list')
    .description('list the judges that were calibrated, and which of them may decide')
    .action(() => run(async () => (await import('../commands/judges.ts')).judgeList, {}));
  withExamples(list, 'sluice judge list');
  const show = judge
    .command('show <judge>')
    .description('show how well a judge sees, and why it may decide or not')
    .action((name: string) => run(async () => (await import('../commands/judges.ts')).judgeShow, { name }));
  withExamples(show, 'sluice judge show default');
}
