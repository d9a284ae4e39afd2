import { Option, type Command as Program } from 'commander';
import { actions } from '../../../domain/access/actions.ts';
import { roles } from '../../../domain/access/roles.ts';
import type { tokenList, tokenRotate, TokenCreateOptions } from '../../commands/access/tokens.ts';
import { cursorOption, limitOption, withExamples } from '../options.ts';
import type { RunCommand } from '../run.ts';

const expiresIn = '--expires-in <duration>';

function addCreate(token: Program, run: RunCommand): void {
  const create = token
    .command('create')
    .description('make a token and print it, this once; with no more rights than your own')
    .addOption(new Option('--role <role>', 'what it may do').choices(roles).makeOptionMandatory())
    .requiredOption('--name <name>', 'how it is called; it stands in the audit log as token:<name>')
    .option('--app <names...>', 'only of these apps')
    .addOption(new Option('--action <names...>', 'only these of what its role may do').choices(actions))
    .option('--content', 'may read answers, samples and explanations; each such read is audited', false)
    .option('--subject <subject>', 'whom it stands for: nobody approves what they wrote (default: the name)')
    .option(expiresIn, 'for how long it is good, such as 90d (default: until it is revoked)')
    .action((options: TokenCreateOptions) =>
      run(async () => (await import('../../commands/access/tokens.ts')).tokenCreate, options),
    );
  withExamples(
    create,
    'sluice token create --role releaser --name ci --app bank-support --expires-in 90d',
    'SLUICE_TOKEN=$(sluice token create --role viewer --name ada --subject ada@example.com)',
  );
}

/** `token create`, `list`, `rotate` and `revoke`: who may talk to the API. */
export function addTokenCommands(program: Program, run: RunCommand): void {
  const token = program.command('token').description('API tokens, for CI and for people (admin)');
  addCreate(token, run);
  const list = token
    .command('list')
    .description('list tokens by name, those that are not valid any more too; never the tokens themselves')
    .addOption(limitOption())
    .addOption(cursorOption())
    .action((options: Parameters<typeof tokenList>[1]) =>
      run(async () => (await import('../../commands/access/tokens.ts')).tokenList, options),
    );
  withExamples(list, 'sluice token list');
  const rotate = token
    .command('rotate <name>')
    .description('put another token in the place of one and print it, this once')
    .option('--overlap <duration>', 'for how long the old one is still good', '0s')
    .option(expiresIn, 'for how long the new one is good (default: as long as the old one was made for)')
    .action((name: string, options: Omit<Parameters<typeof tokenRotate>[1], 'name'>) =>
      run(async () => (await import('../../commands/access/tokens.ts')).tokenRotate, { ...options, name }),
    );
  withExamples(rotate, 'sluice token rotate ci --overlap 1h');
  const revoke = token
    .command('revoke <name>')
    .description('make a token invalid for ever; its name is free again')
    .action((name: string) =>
      run(async () => (await import('../../commands/access/tokens.ts')).tokenRevoke, { name }),
    );
  withExamples(revoke, 'sluice token revoke ci');
}
