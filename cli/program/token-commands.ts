import { Option, type Command as Program } from 'commander';
import { roles } from '../../domain/roles.ts';
import { tokenCreate, tokenList, tokenRevoke } from '../commands/tokens.ts';
import { cursorOption, limitOption, withExamples } from './options.ts';
import type { Run } from './run.ts';

/** `token create`, `list` and `revoke`: who may talk to the API. */
export function addTokenCommands(program: Program, run: Run): void {
  const token = program.command('token').description('API tokens, for CI and for people (admin)');
  const create = token
    .command('create')
    .description('make a token and print it, this once')
    .addOption(new Option('--role <role>', 'what it may do').choices(roles).makeOptionMandatory())
    .requiredOption('--name <name>', 'whose it is; it stands in the audit log as token:<name>')
    .action((options: { name: string; role: string }) => run(tokenCreate, options));
  withExamples(
    create,
    'sluice token create --role releaser --name ci',
    'SLUICE_TOKEN=$(sluice token create --role viewer --name ada)',
  );
  const list = token
    .command('list')
    .description('list tokens by name, revoked ones too; never the tokens themselves')
    .addOption(limitOption())
    .addOption(cursorOption())
    .action((options: Parameters<typeof tokenList>[1]) => run(tokenList, options));
  withExamples(list, 'sluice token list');
  const revoke = token
    .command('revoke <name>')
    .description('make a token invalid for ever; its name stays taken')
    .action((name: string) => run(tokenRevoke, { name }));
  withExamples(revoke, 'sluice token revoke ci');
}
