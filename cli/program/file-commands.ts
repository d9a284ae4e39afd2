import { Option, type Command as Program } from 'commander';
import { providerKindNames } from '../../domain/revision/provider-kinds.ts';
import type { init } from '../commands/init.ts';
import type { SchemaName } from '../commands/schema.ts';
import type { validate } from '../commands/validate.ts';
import type { EvalOptions } from '../eval/eval-command.ts';
import {
  concurrencyOption,
  environmentOption,
  fileOption,
  labelOption,
  patienceOption,
  checkOption,
  reporterOption,
  wholeFromOne,
  withExamples,
  dirtyOption,
} from './options.ts';
import type { RunCommand } from './run.ts';

/** What is done with the files that a team writes: `init`, `validate`, `eval` and `schema`. They need no API. */
export function addFileCommands(program: Program, run: RunCommand): void {
  addInit(program, run);
  addValidate(program, run);
  addEval(program, run);
  addSchema(program, run);
}

function addInit(program: Program, run: RunCommand): void {
  const initProgram = program
    .command('init [directory]')
    .description('write a working sluice.yaml, prompt and suite for a new app; never over a file')
    .option('--name <app>', 'default: the name of the folder')
    .addOption(
      new Option('--provider <provider>', 'whose model answers')
        .choices(providerKindNames)
        .default(providerKindNames[0]),
    )
    .option(
      '--requests-per-day <n>',
      'for a plan that suits so much traffic; asked at a terminal',
      wholeFromOne,
    )
    .action((directory: string | undefined, options: Omit<Parameters<typeof init>[1], 'directory'>) =>
      run(async () => (await import('../commands/init.ts')).init, {
        ...options,
        directory: directory ?? '.',
      }),
    );
  withExamples(initProgram, 'sluice init my-app', 'sluice init --name support --provider anthropic');
}

function addValidate(program: Program, run: RunCommand): void {
  const validateProgram = program
    .command('validate')
    .description('check sluice.yaml and all that it names')
    .addOption(fileOption())
    .addOption(labelOption())
    .addOption(dirtyOption())
    .action((options: Parameters<typeof validate>[1]) =>
      run(async () => (await import('../commands/validate.ts')).validate, options),
    );
  withExamples(validateProgram, 'sluice validate', 'sluice validate -f examples/bank-support/sluice.yaml');
}

function addEval(program: Program, run: RunCommand): void {
  const evalProgram = program
    .command('eval')
    .description('run the suites of sluice.yaml as a release would, without a server')
    .addOption(fileOption())
    .addOption(labelOption())
    .addOption(dirtyOption())
    .option(
      '-b, --baseline <revision>',
      'what to compare with: git:REF (all files as that commit has them; git:REF:PATH for a sluice.yaml that was elsewhere), production (what serves now, by the API), or another sluice.yaml',
    )
    .option(
      '--baseline-optional',
      'measure the candidate alone where the baseline is the candidate itself, or has no such app yet',
      false,
    )
    .option('-p, --plan <name>', 'the plan whose gate decides', 'default')
    .addOption(environmentOption('staging'))
    .addOption(concurrencyOption())
    .addOption(patienceOption())
    .option('--junit <file>', 'write a JUnit report, for CI systems')
    .option('--markdown <file>', 'write a Markdown report, for a comment on a pull request')
    .option('--report <file>', 'write the report as data: what a job without rights hands to `report github`')
    .addOption(reporterOption('comment, check, job summary and annotations of the pull request'))
    .addOption(checkOption())
    .action((options: EvalOptions) =>
      run(async () => (await import('../eval/eval-command.ts')).evaluate, options),
    );
  withExamples(
    evalProgram,
    'sluice eval',
    'sluice eval --baseline git:origin/main --markdown comment.md',
    'sluice eval --baseline production --junit eval.xml',
    'sluice eval --baseline git:origin/main --reporter github',
  );
}

function addSchema(program: Program, run: RunCommand): void {
  const schemaProgram = program
    .command('schema')
    .description('print the JSON Schema of a file that people write, for their editors')
    .addOption(
      new Option('--of <file>', 'sluice.yaml, sluice.environments.yaml, or a policy')
        .choices(['sluice', 'environments', 'policy'])
        .default('sluice'),
    )
    .action(({ of }: { readonly of: SchemaName }) =>
      run(async () => (await import('../commands/schema.ts')).schema, { name: of }),
    );
  withExamples(schemaProgram, 'sluice schema > sluice.schema.json', 'sluice schema --of environments');
}
