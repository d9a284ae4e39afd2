import { Help, type Command as Program } from 'commander';
import { packageVersion } from '../program/package-version.ts';
import type { Outputs } from './output/outputs.ts';
import { addAppCommands } from './program/app-commands.ts';
import { addAuditCommands } from './program/access/audit-commands.ts';
import { addCodecCommand } from './program/access/codec-command.ts';
import { addDatabaseCommands } from './program/database-commands.ts';
import { addEraseCommand } from './program/access/erase-command.ts';
import { addFileCommands } from './program/file-commands.ts';
import { addHistoryCommands } from './program/history-commands.ts';
import { addJudgeCommands } from './program/judge-commands.ts';
import { addKeyCommands } from './program/access/key-commands.ts';
import { helpWithExamples, withExamples } from './program/options.ts';
import { addMirrorCommands } from './program/mirror-commands.ts';
import { addPlanCommands } from './program/plan-commands.ts';
import { addPolicyCommands } from './program/policy-commands.ts';
import { addReleaseCommands } from './program/release-commands.ts';
import { addReportCommands } from './program/report-commands.ts';
import { addReviewCommands } from './program/review-commands.ts';
import type { RunCommand } from './program/run.ts';
import { SluiceProgram } from './program/sluice-program.ts';
import { addShellCommands } from './program/shell-commands.ts';
import { addSplitCommands } from './program/split-commands.ts';
import { addStableWatchCommands } from './program/stable-watch-commands.ts';
import { addWebhookCommands } from './program/webhook-commands.ts';
import { addTokenCommands } from './program/access/token-commands.ts';
import { addTrustCommands } from './program/access/trust-commands.ts';

export interface ProgramParts {
  readonly outputs: Outputs;
  readonly run: RunCommand;
  readonly up: (options: {
    readonly newToken: boolean;
    readonly newDataKey: boolean;
    readonly simulate: boolean;
  }) => Promise<void>;
}

/** The `sluice` command line. Parsing throws `CommanderError` after saying what is wrong. */
export function createProgram({ outputs, run, up }: ProgramParts): Program {
  const plainHelp = new Help();
  const program = new SluiceProgram('sluice')
    .description('Progressive delivery for LLM changes.')
    .version(packageVersion())
    .option('--json', 'print one JSON document', false)
    .option('--verbose', 'show where an error comes from', false)
    .option('--no-color', 'no colours, as with NO_COLOR')
    .option('--ascii', 'signs of ASCII alone, for terminals and logs that know no others', false)
    .showSuggestionAfterError()
    .showHelpAfterError('(add --help for what there is)')
    .configureHelp({
      showGlobalOptions: true,
      formatHelp: (command, helper) =>
        helpWithExamples(command, Help.prototype.formatHelp.call(helper, command, helper)),
      // That a flag is off where nobody sets it goes without saying.
      optionDescription: (option) => plainHelp.optionDescription(option).replace(/ ?\(default: false\)$/, ''),
    })
    .configureOutput({
      writeOut: (text) => outputs.stdout.write(text),
      writeErr: (text) => outputs.stderr.write(text),
    })
    .exitOverride();
  const upProgram = program
    .command('up')
    .description('start everything on this machine for real use; data under .sluice or SLUICE_HOME')
    .option('--new-token', 'make another admin token known and print it', false)
    .option('--new-data-key', 'seal samples by a new key from now on; former ones still open', false)
    .option('--simulate', 'with simulated models in place of the vendors: no keys, no costs', false)
    .action(up);
  withExamples(upProgram, 'sluice up', 'sluice up --simulate', 'SLUICE_HOME=/var/lib/my-sluice sluice up');
  addFileCommands(program, run);
  addDatabaseCommands(program, run);
  addAppCommands(program, run);
  addSplitCommands(program, run);
  addAuditCommands(program, run);
  addEraseCommand(program, run);
  addHistoryCommands(program, run);
  addReleaseCommands(program, run);
  addReportCommands(program, run);
  addPlanCommands(program, run);
  addMirrorCommands(program, run);
  addPolicyCommands(program, run);
  addStableWatchCommands(program, run);
  addWebhookCommands(program, run);
  addReviewCommands(program, run);
  addTokenCommands(program, run);
  addTrustCommands(program, run);
  addKeyCommands(program, run);
  addJudgeCommands(program, run);
  addCodecCommand(program, run);
  addShellCommands(program, run);
  return withExamples(
    program,
    'sluice up                             everything on this machine',
    'sluice init my-app                    a new app',
    'sluice release start --wait           release what sluice.yaml says',
    'sluice rollback my-app                one step back',
  );
}
