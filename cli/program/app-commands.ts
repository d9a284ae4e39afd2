import { Option, type Command as Program } from 'commander';
import type { appCreate } from '../commands/app-create.ts';
import type { appSet } from '../commands/app-set.ts';
import {
  between,
  dirtyOption,
  environmentOption,
  fileOption,
  labelOption,
  reasonOption,
  wholeNumber,
  withExamples,
} from './options.ts';
import type { RunCommand } from './run.ts';

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

function addActive(program: Program, run: RunCommand): void {
  const activeProgram = program
    .command('active [app]')
    .description('show what serves: revision, chain, split')
    .addOption(environmentOption())
    .action((app: string | undefined, options: { readonly environment: string }) =>
      run(async () => (await import('../commands/active.ts')).active, {
        ...options,
        ...(app === undefined ? {} : { app }),
      }),
    );
  withExamples(activeProgram, 'sluice active', 'sluice active bank-support --environment staging --json');
}

/** What is known of apps: `app create`, `app set`, and `active`. */
export function addAppCommands(program: Program, run: RunCommand): void {
  const app = program
    .command('app')
    .description('make apps known, and change what is kept of their requests');
  addAppCreate(app, run);
  addAppSet(app, run);
  addActive(program, run);
}
