import type { Command as Program } from 'commander';
import type { ReportGithubOptions } from '../eval/report-github.ts';
import { checkOption, withExamples } from './options.ts';
import type { RunCommand } from './run.ts';

/** What another run has measured is shown where people look. */
export function addReportCommands(program: Program, run: RunCommand): void {
  const report = program.command('report').description('show what another run has measured');
  const github = report
    .command('github')
    .description(
      'in a workflow_run of GitHub: comment and check of a run that had no rights, from what it wrote with eval --report',
    )
    .requiredOption('--from <file>', 'the report; it is taken as data, whoever wrote it')
    .addOption(checkOption())
    .action((options: ReportGithubOptions) =>
      run(async () => (await import('../eval/report-github.ts')).reportGithub, options),
    );
  withExamples(github, 'sluice report github --from report/gate.json');
}
