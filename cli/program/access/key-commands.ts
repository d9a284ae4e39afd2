import { Option, type Command as Program } from 'commander';
import { keyScopes } from '../../../domain/access/gateway-key.ts';
import type { keyList, KeyCreateOptions } from '../../commands/access/keys.ts';
import { cursorOption, limitOption, wholeFromOne, withExamples } from '../options.ts';
import type { RunCommand } from '../run.ts';

/** `key create`, `list` and `revoke`: who may call the gateways. */
export function addKeyCommands(program: Program, run: RunCommand): void {
  const key = program.command('key').description('gateway keys: who may call which apps (admin)');
  const create = key
    .command('create')
    .description('make a key for callers of gateways and print it, this once')
    .requiredOption('--app <app...>', 'the apps that it is for')
    .requiredOption('--name <name>', 'whose it is')
    .addOption(new Option('--scope <scope...>', 'what it is good for').choices(keyScopes).default(['call']))
    .option('--environment <environment...>', 'where it is good; everywhere, if left out')
    .addOption(
      new Option('--per-minute <n>', 'requests a minute that one gateway takes with it').argParser(
        wholeFromOne,
      ),
    )
    .addOption(new Option('--in-flight <n>', 'requests at a time at one gateway').argParser(wholeFromOne))
    .action((options: KeyCreateOptions) =>
      run(async () => (await import('../../commands/access/keys.ts')).keyCreate, options),
    );
  withExamples(
    create,
    'sluice key create --app my-app --name web',
    'sluice key create --app my-app --name worker --scope call outcomes prompts',
  );
  const list = key
    .command('list')
    .description('list keys by name, revoked ones too; never the keys themselves (operator)')
    .option('--app <app>', 'those of one app')
    .addOption(limitOption())
    .addOption(cursorOption())
    .action((options: Parameters<typeof keyList>[1]) =>
      run(async () => (await import('../../commands/access/keys.ts')).keyList, options),
    );
  withExamples(list, 'sluice key list', 'sluice key list --app my-app');
  const revoke = key
    .command('revoke <name>')
    .description(
      'make a key invalid for ever, at every gateway within a poll; its name is free again (operator)',
    )
    .action((name: string) =>
      run(async () => (await import('../../commands/access/keys.ts')).keyRevoke, { name }),
    );
  withExamples(revoke, 'sluice key revoke web');
}
