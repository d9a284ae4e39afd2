import { Option, type Command as Program } from 'commander';
import { commandKinds } from '../../domain/release/release.ts';
import { ofRelease } from '../commands/naming/of-release.ts';
import type { ReleaseApproveOptions } from '../commands/release/release-approve.ts';
import type { PlainCommandKind } from '../commands/release/release-command.ts';
import type { releaseList } from '../commands/release/release-list.ts';
import type { releasePromote } from '../commands/release/release-promote.ts';
import type { releaseWatch } from '../commands/release/release-watch.ts';
import type { releaseStart } from '../commands/release/release-start.ts';
import {
  cursorOption,
  dirtyOption,
  exitOnPauseOption,
  fileOption,
  keyOption,
  labelOption,
  limitOption,
  reasonOption,
  reporterOption,
  timeoutOption,
  untilOption,
  weightPercent,
  wholeNumber,
  withExamples,
} from './options.ts';
import type { RunCommand } from './run.ts';

const commandsHelp: Record<PlainCommandKind, string> = {
  pause: 'hold the weight where it is; guardrails and lease go on',
  resume: 'go on with a paused release',
  abort: 'roll the candidate back and end the release',
};

type StartOptions = { readonly timeout: number } & Omit<Parameters<typeof releaseStart>[1], 'timeoutMs'>;

function addStart(release: Program, run: RunCommand): void {
  const start = release
    .command('start')
    .description('release what sluice.yaml says: evaluated, mirrored, rolled out step by step')
    .addOption(fileOption())
    .option('-p, --plan <name>', 'the plan of sluice.yaml to go by', 'default')
    .addOption(labelOption())
    .option('-w, --wait', 'watch it to its end; the exit code says how it ended', false)
    .addOption(timeoutOption())
    .addOption(untilOption())
    .addOption(exitOnPauseOption())
    .option(
      '--skip-evaluation',
      'release without a passing gate, if the policy lets you; needs --reason',
      false,
    )
    .option('--skip-mirror', 'release without a replay in staging, if the policy lets you', false)
    .addOption(
      new Option(
        '--if-busy <what>',
        'where another release of the app is open: refuse (17), wait for its end, or end it as superseded',
      )
        .choices(['fail', 'queue', 'supersede'])
        .default('fail'),
    )
    .option('--retry', 'release a revision again that was rolled back; needs --reason', false)
    .addOption(reasonOption())
    .addOption(keyOption())
    .addOption(dirtyOption())
    .addOption(reporterOption('the release as a deployment, with --wait'))
    .action(({ timeout, ...options }: StartOptions) =>
      run(async () => (await import('../commands/release/release-start.ts')).releaseStart, {
        ...options,
        timeoutMs: timeout,
      }),
    );
  withExamples(
    start,
    'sluice release start --wait',
    'sluice release start --plan hotfix --if-busy supersede --reason "wrong opening hours"',
  );
}

type WatchOptions = { readonly timeout: number } & Omit<
  Parameters<typeof releaseWatch>[1],
  'timeoutMs' | 'id'
>;

function addQueue(release: Program, run: RunCommand): void {
  const queue = release
    .command('queue <app>')
    .description('list what waits for the open release of an app to end, the next one first')
    .action((app: string) =>
      run(async () => (await import('../commands/release/queue.ts')).releaseQueue, { app }),
    );
  withExamples(queue, 'sluice release queue bank-support');
  const unqueue = release
    .command('unqueue <app> <id>')
    .description('take a release out of the queue')
    .addOption(reasonOption())
    .action((app: string, id: string, options: { readonly reason?: string }) =>
      run(async () => (await import('../commands/release/queue.ts')).releaseUnqueue, { app, id, ...options }),
    );
  withExamples(unqueue, 'sluice release unqueue bank-support que_3f0c…');
}

function addReading(release: Program, run: RunCommand): void {
  const list = release
    .command('list')
    .description('list releases, newest first')
    .option('--app <name>', 'only of this app')
    .addOption(new Option('--state <state>', 'only those').choices(['open', 'closed']))
    .addOption(limitOption())
    .addOption(cursorOption())
    .action((options: Parameters<typeof releaseList>[1]) =>
      run(async () => (await import('../commands/release/release-list.ts')).releaseList, options),
    );
  withExamples(list, 'sluice release list --app bank-support --state open');
  const status = release
    .command('status <release>')
    .description('show a release with its stages')
    .action((id: string) =>
      run(async () => ofRelease((await import('../commands/release/release-status.ts')).releaseStatus), {
        id,
      }),
    );
  withExamples(status, 'sluice release status 3f0c… --json');
  const watch = release
    .command('watch <release>')
    .description('follow a release to its end')
    .addOption(timeoutOption())
    .addOption(untilOption())
    .addOption(exitOnPauseOption())
    .action((id: string, { timeout, ...options }: WatchOptions) =>
      run(async () => ofRelease((await import('../commands/release/release-watch.ts')).releaseWatch), {
        id,
        timeoutMs: timeout,
        ...options,
      }),
    );
  withExamples(watch, 'sluice release watch 3f0c… --timeout 30m');
}

/** `release start`, `list`, `status`, `watch`, and what people decide about a release. */
export function addReleaseCommands(program: Program, run: RunCommand): void {
  const release = program.command('release').description('start and follow releases');
  addStart(release, run);
  addReading(release, run);
  addQueue(release, run);
  for (const kind of commandKinds.filter((each) => each !== 'promote')) {
    const decide = release
      .command(`${kind} <release>`)
      .description(commandsHelp[kind])
      .addOption(reasonOption())
      .option('--expected-stage <stage>', 'refuse it where the release has moved on')
      .addOption(keyOption());
    if (kind === 'abort')
      decide.option('--force', 'close it here and now, for one whose workflow is stuck or lost');
    decide.action((id: string, options: object) =>
      run(
        async () => ofRelease((await import('../commands/release/release-command.ts')).releaseCommand(kind)),
        {
          id,
          ...options,
        },
      ),
    );
    withExamples(decide, `sluice release ${kind} 3f0c… --reason "as agreed"`);
  }
  addPromote(release, run);
  addApprove(release, run);
}

function addApprove(release: Program, run: RunCommand): void {
  const approve = release
    .command('approve <release>')
    .description('approve that its next stage begins, on the evidence that is shown; never by an author')
    .option('--stage <stage>', 'the stage that you saw: refused where it waits for another')
    .option('--evidence <digest>', 'of the evidence that you saw, eight digits or more')
    .option('-y, --yes', 'without asking', false)
    .addOption(reasonOption())
    .action((id: string, options: Omit<ReleaseApproveOptions, 'id'>) =>
      run(async () => ofRelease((await import('../commands/release/release-approve.ts')).releaseApprove), {
        ...options,
        id,
      }),
    );
  withExamples(approve, 'sluice release approve 3f0c…', 'sluice release approve 3f0c… --evidence 1f8e03aa');
}

function addPromote(release: Program, run: RunCommand): void {
  const promote = release
    .command('promote <release>')
    .description(
      'go on from the step that is served before it has passed; recorded as an override, if the policy lets you (default: operator, with --reason)',
    )
    .addOption(reasonOption())
    .option('--expected-stage <stage>', 'the stage that you saw: refused where the release has moved on')
    .addOption(
      new Option('--expected-weight <percent>', "the candidate's share that you saw").argParser(
        weightPercent,
      ),
    )
    .addOption(new Option('--expected-version <n>', 'the split version that you saw').argParser(wholeNumber))
    .option('--resume', 'end a pause with it; without this a paused release is not promoted', false)
    .addOption(keyOption())
    .action((id: string, options: Omit<Parameters<typeof releasePromote>[1], 'id'>) =>
      run(async () => ofRelease((await import('../commands/release/release-promote.ts')).releasePromote), {
        ...options,
        id,
      }),
    );
  withExamples(
    promote,
    'sluice release promote 3f0c… --reason "traffic is low, checked by hand"',
    'sluice release promote 3f0c… --expected-stage canary-5 --expected-weight 5',
  );
}
