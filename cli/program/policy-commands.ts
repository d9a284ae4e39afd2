import type { Command as Program } from 'commander';
import { cursorOption, limitOption, reasonOption, withExamples } from './options.ts';
import type { RunCommand } from './run.ts';

function named<Options extends object>(
  app: string | undefined,
  options: Options,
): Options & { readonly app?: string } {
  return app === undefined ? options : { ...options, app };
}

/** `policy set`, `reset`, `show` and `history`: what is demanded of releases, whoever asks for one. */
export function addPolicyCommands(program: Program, run: RunCommand): void {
  const policy = program
    .command('policy')
    .description('what is demanded of releases, whatever plan and suites they bring along');
  const set = policy
    .command('set <file>')
    .description('publish a policy (admin); the one before stays in the history')
    .option('--app <name>', 'of this app alone; else of all apps that have none of their own')
    .addOption(reasonOption())
    .action((file: string, options: { readonly app?: string; readonly reason?: string }) =>
      run(async () => (await import('../commands/policy.ts')).policySet, { file, ...options }),
    );
  withExamples(
    set,
    'sluice policy set policy.yaml --reason "as agreed with risk"',
    'sluice policy set strict.yaml --app bank-support',
  );
  const reset = policy
    .command('reset [app]')
    .description("take an app's own policy out of force (admin): it goes by that of all apps again")
    .addOption(reasonOption())
    .action((app: string | undefined, options: { readonly reason?: string }) =>
      run(async () => (await import('../commands/policy.ts')).policyReset, named(app, options)),
    );
  withExamples(
    reset,
    'sluice policy reset bank-support --reason "the trial is over"',
    'sluice policy reset   # of all apps: back to what Sluice ships',
  );
  const show = policy
    .command('show [app]')
    .description('show the policy in force, complete, as a file that `policy set` takes')
    .action((app: string | undefined) =>
      run(async () => (await import('../commands/policy.ts')).policyShow, named(app, {})),
    );
  withExamples(show, 'sluice policy show', 'sluice policy show bank-support > policy.yaml');
  const history = policy
    .command('history [app]')
    .description('list what was published, newest first')
    .addOption(limitOption())
    .addOption(cursorOption())
    .action((app: string | undefined, options: { readonly limit: number; readonly cursor?: string }) =>
      run(async () => (await import('../commands/policy.ts')).policyHistory, named(app, options)),
    );
  withExamples(history, 'sluice policy history bank-support');
}
