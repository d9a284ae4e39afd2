import { Option, type Command as Program } from 'commander';
import { commandKinds, type CommandKind } from '../../domain/release.ts';
import { releaseCommand } from '../commands/release-command.ts';
import { releaseList } from '../commands/release-list.ts';
import { releaseStart } from '../commands/release-start.ts';
import { releaseStatus } from '../commands/release-status.ts';
import { releaseWatch } from '../commands/release-watch.ts';
import {
  cursorOption,
  dirtyOption,
  fileOption,
  keyOption,
  labelOption,
  limitOption,
  reasonOption,
  timeoutOption,
  withExamples,
} from './options.ts';
import type { Run } from './run.ts';

const commandsHelp: Record<CommandKind, string> = {
  pause: 'hold the weight where it is; guardrails and lease go on',
  resume: 'go on with a paused release',
  abort: 'take the candidate back and end the release',
  promote:
    'end the present step before its hold is over, if the policy lets you (default: operator, with --reason)',
};

type StartOptions = { timeout: number } & Omit<Parameters<typeof releaseStart>[1], 'timeoutMs'>;

function addStart(release: Program, run: Run): void {
  const start = release
    .command('start')
    .description('release what sluice.yaml says: evaluated, mirrored, rolled out step by step')
    .addOption(fileOption())
    .option('-p, --plan <name>', 'the plan of sluice.yaml to go by', 'default')
    .addOption(labelOption())
    .option('-w, --wait', 'watch it to its end; the exit code says how it ended', false)
    .addOption(timeoutOption())
    .option(
      '--skip-evaluation',
      'release without a passing gate, if the policy lets you; needs --reason',
      false,
    )
    .option('--skip-mirror', 'release without a replay in staging, if the policy lets you', false)
    .option('--retry', 'release a revision again that was taken back; needs --reason', false)
    .addOption(reasonOption())
    .addOption(keyOption())
    .addOption(dirtyOption())
    .action(({ timeout, ...options }: StartOptions) => run(releaseStart, { ...options, timeoutMs: timeout }));
  withExamples(
    start,
    'sluice release start --wait',
    'sluice release start --plan hotfix --label bank-support-v7 --reason "wrong opening hours"',
  );
}

function addReading(release: Program, run: Run): void {
  const list = release
    .command('list')
    .description('list releases, newest first')
    .option('--app <name>', 'only of this app')
    .addOption(new Option('--state <state>', 'only those').choices(['open', 'closed']))
    .addOption(limitOption())
    .addOption(cursorOption())
    .action((options: Parameters<typeof releaseList>[1]) => run(releaseList, options));
  withExamples(list, 'sluice release list --app bank-support --state open');
  const status = release
    .command('status <release>')
    .description('show a release with its stages')
    .action((id: string) => run(releaseStatus, { id }));
  withExamples(status, 'sluice release status 3f0c… --json');
  const watch = release
    .command('watch <release>')
    .description('follow a release to its end')
    .addOption(timeoutOption())
    .action((id: string, { timeout }: { timeout: number }) => run(releaseWatch, { id, timeoutMs: timeout }));
  withExamples(watch, 'sluice release watch 3f0c… --timeout 30m');
}

/** `release start`, `list`, `status`, `watch`, and what people decide about a release. */
export function addReleaseCommands(program: Program, run: Run): void {
  const release = program.command('release').description('start and follow releases');
  addStart(release, run);
  addReading(release, run);
  for (const kind of commandKinds) {
    const decide = release
      .command(`${kind} <release>`)
      .description(commandsHelp[kind])
      .addOption(reasonOption())
      .option('--expected-stage <stage>', 'refuse it where the release has moved on')
      .addOption(keyOption())
      .action((id: string, options: object) => run(releaseCommand(kind), { id, ...options }));
    withExamples(decide, `sluice release ${kind} 3f0c… --reason "as agreed"`);
  }
}
