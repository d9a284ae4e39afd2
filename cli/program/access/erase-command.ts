import type { Command as Program } from 'commander';
import type { erase } from '../../commands/access/erase.ts';
import { reasonOption, withExamples } from '../options.ts';
import type { RunCommand } from '../run.ts';

export function addEraseCommand(program: Program, run: RunCommand): void {
  const eraseProgram = program
    .command('erase')
    .description('delete what is kept of a subject: samples and all that was made of them; for admins')
    .requiredOption('--subject <subject>', 'as the application names it to the gateway')
    .option('--app <name>', 'of this app alone')
    .addOption(reasonOption())
    .action((options: Parameters<typeof erase>[1]) =>
      run(async () => (await import('../../commands/access/erase.ts')).erase, options),
    );
  withExamples(eraseProgram, 'sluice erase --subject user-4711 --reason "asked for it"');
}
