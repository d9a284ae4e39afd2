import { Option, type Command as Program } from 'commander';
import type { StableWatchSetOptions } from '../commands/stable-watch.ts';
import {
  between,
  cursorOption,
  limitOption,
  reasonOption,
  timeoutOption,
  wholeNumber,
  withExamples,
} from './options.ts';
import type { RunCommand } from './run.ts';

const load = async () => import('../commands/stable-watch.ts');

/** `stable-watch show`, `set`, `run` and `lift`: what asks stable its critical cases while nothing is released. */
export function addStableWatchCommands(program: Program, run: RunCommand): void {
  const watch = program
    .command('stable-watch')
    .description('asks stable its critical cases while nothing is released, on each target of its chain');
  const show = watch
    .command('show <app>')
    .description('show how stable is watched, what was found, and the alarm that there is')
    .addOption(limitOption())
    .addOption(cursorOption())
    .action((app: string, options: { readonly limit: number; readonly cursor?: string }) =>
      run(async () => (await load()).stableWatchShow, { app, ...options }),
    );
  withExamples(show, 'sluice stable-watch show bank-support');
  const set = watch
    .command('set <app>')
    .description('watch stable, as often and at such cost at most; for operators')
    .addOption(new Option('--every <duration>', 'how often, from 1m to 7d (30m)'))
    .option('--calls-per-day <n>', 'questions to models in 24 hours at most (1000)', wholeNumber)
    .option(
      '--usd-per-day <amount>',
      'what they may cost, at the prices of the bindings, or none: whatever they cost',
      (text: string) => (text === 'none' ? text : between(0.01, 100_000)(text)),
    )
    .option('--off', 'watch it no more', false)
    .addOption(reasonOption())
    .action((app: string, options: Omit<StableWatchSetOptions, 'app'>) =>
      run(async () => (await load()).stableWatchSet, { app, ...options }),
    );
  withExamples(
    set,
    'sluice stable-watch set bank-support --every 30m --calls-per-day 1000 --usd-per-day 2',
    'sluice stable-watch set bank-support --off --reason "the provider bills each call"',
  );
  const ask = watch
    .command('run <app>')
    .description(
      'ask stable now, and wait for what is found: 11 where it is broken or changed; for operators',
    )
    .addOption(timeoutOption())
    .action((app: string, options: { readonly timeout: number }) =>
      run(async () => (await load()).stableWatchRun, { app, ...options }),
    );
  withExamples(ask, 'sluice stable-watch run bank-support');
  const lift = watch
    .command('lift <app>')
    .description('let releases go on in spite of an alarm, for a reason; for operators')
    .addOption(reasonOption())
    .action((app: string, options: { readonly reason?: string }) =>
      run(async () => (await load()).stableWatchLift, { app, ...options }),
    );
  withExamples(lift, 'sluice stable-watch lift bank-support --reason "this release is the way out"');
}
