import type { Command as Program } from 'commander';
import type { PastOptions } from '../commands/revisions.ts';
import { cursorOption, environmentOption, limitOption, withExamples } from './options.ts';
import type { RunCommand } from './run.ts';

/** `revisions` and `history`: what an app has, and what it has served. */
export function addHistoryCommands(program: Program, run: RunCommand): void {
  const revisions = program
    .command('revisions <app>')
    .description('list its revisions, newest first: prompts, chain, who published them, what became of them')
    .addOption(environmentOption())
    .addOption(limitOption())
    .addOption(cursorOption())
    .action((app: string, options: Omit<PastOptions, 'app'>) =>
      run(async () => (await import('../commands/revisions.ts')).revisions, { app, ...options }),
    );
  withExamples(revisions, 'sluice revisions bank-support', 'sluice revisions bank-support --limit 5 --json');
  const history = program
    .command('history <app>')
    .description('list what it has served, newest first: each change of the split, by whom and why')
    .addOption(environmentOption())
    .addOption(limitOption())
    .addOption(cursorOption())
    .action((app: string, options: Omit<PastOptions, 'app'>) =>
      run(async () => (await import('../commands/history.ts')).history, { app, ...options }),
    );
  withExamples(history, 'sluice history bank-support', 'sluice history bank-support --environment staging');
}
