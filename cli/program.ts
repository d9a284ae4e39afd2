import { Command as Program, InvalidArgumentError, Option } from 'commander';
import { durationMs } from '../domain/duration.ts';
import { messageOf } from '../domain/errors.ts';
import { commandKinds, type CommandKind } from '../domain/release.ts';
import { rollbackDirect } from './break-glass/rollback-direct.ts';
import { active } from './commands/active.ts';
import { appCreate } from './commands/app-create.ts';
import { audit } from './commands/audit.ts';
import type { Command } from './commands/context.ts';
import { init } from './commands/init.ts';
import { migrateDatabase } from './commands/migrate.ts';
import { releaseCommand } from './commands/release-command.ts';
import { releaseList } from './commands/release-list.ts';
import { releaseStart } from './commands/release-start.ts';
import { releaseStatus } from './commands/release-status.ts';
import { releaseWatch } from './commands/release-watch.ts';
import { rollback } from './commands/rollback.ts';
import { schema } from './commands/schema.ts';
import { validate } from './commands/validate.ts';

/** Runs a command with its parsed options; prints its outcome and sets the exit code. */
export type Run = <Options>(command: Command<Options>, options: Options) => Promise<void>;

const appsHelp: Record<CommandKind, string> = {
  pause: 'hold the weight where it is; guardrails and lease go on',
  resume: 'go on with a paused release',
  abort: 'take the candidate back and end the release',
  promote: 'end the present step before its hold is over (operator)',
};

function milliseconds(text: string): number {
  try {
    return durationMs(text);
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 50) return value;
  throw new InvalidArgumentError('A number from 1 to 50.');
}

const fileOption = () => new Option('-f, --file <file>', 'the release spec').default('sluice.yaml');
const environmentOption = () => new Option('-e, --environment <name>').default('production');
const limitOption = () => new Option('--limit <n>', 'how many').default(50).argParser(count);
const dirtyOption = () =>
  new Option('--allow-dirty', 'in CI: release files that are not committed').default(false);
const timeoutOption = () =>
  new Option('--timeout <duration>', 'stop watching after this long')
    .default(86_400_000, '24h')
    .argParser(milliseconds);

function addReleaseCommands(program: Program, run: Run): void {
  const release = program.command('release').description('start and follow releases');
  release
    .command('start')
    .description('release what sluice.yaml says: evaluated, mirrored, rolled out step by step')
    .addOption(fileOption())
    .option('-p, --plan <name>', 'the plan of sluice.yaml to go by', 'default')
    .option('--label <label>', "the revision's label, over that of the file")
    .option('-w, --wait', 'watch it to its end; the exit code says how it ended', false)
    .addOption(timeoutOption())
    .option('--retry', 'release a revision again that was taken back; needs --reason', false)
    .option('--reason <text>')
    .option('--idempotency-key <key>', 'the same key starts one release, however often it is sent')
    .addOption(dirtyOption())
    .addHelpText('after', '\nExample:\n  sluice release start --wait --plan hotfix')
    .action(
      ({
        timeout,
        ...options
      }: { timeout: number } & Omit<Parameters<typeof releaseStart>[1], 'timeoutMs'>) =>
        run(releaseStart, { ...options, timeoutMs: timeout }),
    );
  release
    .command('list')
    .description('list releases, newest first')
    .option('--app <name>')
    .addOption(new Option('--state <state>').choices(['open', 'closed']))
    .addOption(limitOption())
    .option('--cursor <cursor>')
    .action((options: Parameters<typeof releaseList>[1]) => run(releaseList, options));
  release
    .command('status <release>')
    .description('show a release with its stages')
    .action((id: string) => run(releaseStatus, { id }));
  release
    .command('watch <release>')
    .description('follow a release to its end')
    .addOption(timeoutOption())
    .action((id: string, { timeout }: { timeout: number }) => run(releaseWatch, { id, timeoutMs: timeout }));
  for (const kind of commandKinds) {
    release
      .command(`${kind} <release>`)
      .description(appsHelp[kind])
      .option('--reason <text>')
      .option('--expected-stage <stage>', 'refuse it where the release has moved on')
      .option('--idempotency-key <key>')
      .action((id: string, options: object) => run(releaseCommand(kind), { id, ...options }));
  }
}

function addAppCommands(program: Program, run: Run): void {
  program
    .command('app')
    .description('make apps known')
    .command('create [name]')
    .description('publish the app of sluice.yaml; with --stable make its revision serve')
    .addOption(fileOption())
    .option('--stable', 'the first release: serve this revision in every environment', false)
    .option('--label <label>')
    .addOption(
      new Option('--sampling <kind>', 'what is kept of requests')
        .choices(['off', 'metadata', 'redacted', 'full'])
        .default('redacted'),
    )
    .addOption(dirtyOption())
    .action((name: string | undefined, options: Omit<Parameters<typeof appCreate>[1], 'name'>) =>
      run(appCreate, { ...options, ...(name === undefined ? {} : { name }) }),
    );
  program
    .command('active [app]')
    .description('show what serves: revision, chain, split')
    .addOption(environmentOption())
    .action((app: string | undefined, options: { environment: string }) =>
      run(active, { ...options, ...(app === undefined ? {} : { app }) }),
    );
  program
    .command('rollback <app>')
    .description('take a revision out in one step: the candidate if there is one, else stable')
    .addOption(environmentOption())
    .option('--to <label>', 'the revision to go back to')
    .option('--take-out <label>', 'the revision to take out')
    .option('--reason <text>')
    .option('--direct', 'straight to PostgreSQL: needs neither API nor Temporal', false)
    .addHelpText(
      'after',
      '\nPressing twice never brings a bad revision back: the second time answers "already".',
    )
    .action((app: string, { direct, ...options }: { direct: boolean; environment: string }) =>
      run(direct ? rollbackDirect : rollback, { app, ...options }),
    );
  program
    .command('audit')
    .description('show who did what, newest first')
    .option('--app <name>')
    .option('--release <release>')
    .addOption(limitOption())
    .option('--cursor <cursor>')
    .action((options: Parameters<typeof audit>[1]) => run(audit, options));
}

function addFileCommands(program: Program, run: Run): void {
  program
    .command('init [directory]')
    .description('write a working sluice.yaml, prompt and suite for a new app')
    .option('--name <app>', 'default: the name of the folder')
    .addOption(new Option('--provider <provider>').choices(['openai', 'anthropic']).default('openai'))
    .action((directory: string | undefined, options: Omit<Parameters<typeof init>[1], 'directory'>) =>
      run(init, { ...options, directory: directory ?? '.' }),
    );
  program
    .command('validate')
    .description('check sluice.yaml and all that it names')
    .addOption(fileOption())
    .option('--label <label>')
    .action((options: Parameters<typeof validate>[1]) => run(validate, options));
  program
    .command('schema')
    .description('print the JSON Schema of sluice.yaml (or of sluice.environments.yaml)')
    .addOption(new Option('--of <file>').choices(['sluice', 'environments']).default('sluice'))
    .action(({ of }: { of: 'sluice' | 'environments' }) => run(schema, { name: of }));
  program
    .command('migrate')
    .description('bring the schema of DATABASE_URL up to date')
    .action(() => run(migrateDatabase, {}));
}

/** The `sluice` command line. */
export function createProgram(run: Run, up: (options: { newToken: boolean }) => Promise<void>): Program {
  const program = new Program('sluice')
    .description('Progressive delivery for LLM changes.')
    .version('0.1.0')
    .option('--json', 'print one JSON document', false)
    .option('--verbose', 'show where an error comes from', false)
    .showSuggestionAfterError()
    .showHelpAfterError('(add --help for what there is)')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  program
    .command('up')
    .description('start everything on this machine for real use; data under .sluice or SLUICE_HOME')
    .option('--new-token', 'make another admin token known and print it', false)
    .action(up);
  addFileCommands(program, run);
  addAppCommands(program, run);
  addReleaseCommands(program, run);
  return program;
}
