import type { Command as Program } from 'commander';
import type { ExplainOptions } from '../commands/release/explain.ts';
import { ofRelease } from '../commands/naming/of-release.ts';
import type { PastOptions } from '../commands/revisions.ts';
import { cursorOption, environmentOption, limitOption, withExamples } from './options.ts';
import type { RunCommand } from './run.ts';

/** `revisions`, `history` and `explain`: what an app has, what it has served, and why it went so. */
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
  addExplain(program, run);
}

function addExplain(program: Program, run: RunCommand): void {
  const explain = program
    .command('explain <release>')
    .description('say why a release went as it did: evidence as odds, and what would have changed it')
    .option('--recompute', 'judge its checks again from their stored counts: 17 where that differs', false)
    .option('--examples', 'show three answers to look at, to who may read content (audited)', false)
    .option('--svg <file>', 'write the course of its evidence as an image')
    .action((id: string, options: Omit<ExplainOptions, 'id'>) =>
      run(async () => ofRelease((await import('../commands/release/explain.ts')).explain), {
        id,
        ...options,
      }),
    );
  withExamples(
    explain,
    'sluice explain rel_3f0c…',
    'sluice explain rel_3f0c… --recompute --svg evidence.svg',
  );
}
