import { Argument, Option, type Command as Program } from 'commander';
import { actions } from '../../../domain/access/actions.ts';
import { oidcProviders, type OidcProvider } from '../../../domain/access/oidc.ts';
import { roles } from '../../../domain/access/roles.ts';
import type { trustList, TrustAddOptions } from '../../commands/access/trusts.ts';
import { cursorOption, limitOption, withExamples } from '../options.ts';
import type { RunCommand } from '../run.ts';

function addAdd(trust: Program, run: RunCommand): void {
  const add = trust
    .command('add')
    .addArgument(new Argument('<provider>', 'who signs for the runs').choices(oidcProviders))
    .description('trust the runs of one workflow (admin), so that CI stores no token')
    .requiredOption('--name <name>', 'how it is called; it stands in the audit log as ci:<name>')
    .requiredOption('--repository-id <number>', 'the number of the repository, which no name can take over')
    .requiredOption('--ref <ref>', 'the whole ref, such as refs/heads/main')
    .option('--environment <name>', "the job's environment")
    .option('--any-environment', 'a job of any environment, and of none', false)
    .requiredOption('--workflow <path>', 'its file, such as .github/workflows/release.yml')
    .option('--event <names...>', 'what may have set it off (default: push, by hand, by schedule)')
    .option('--issuer <url>', 'of an own server, as the operator has set it in SLUICE_OIDC_ISSUERS')
    .option('--audience <text>', 'what its tokens are asked for (default: the URL of the API)')
    .addOption(new Option('--role <role>', 'what it may do').choices(roles).makeOptionMandatory())
    .option('--app <names...>', 'only of these apps')
    .addOption(new Option('--action <names...>', 'only these of what its role may do').choices(actions))
    .option('--ttl <duration>', 'how long a token that it gets is good', '1h')
    .action((provider: OidcProvider, options: Omit<TrustAddOptions, 'provider'>) =>
      run(async () => (await import('../../commands/access/trusts.ts')).trustAdd, { ...options, provider }),
    );
  withExamples(
    add,
    'sluice trust add github --name bank-ci --repository-id 123456 --ref refs/heads/main --environment production --workflow .github/workflows/release.yml --app bank-support --role releaser',
  );
}

/** `trust add`, `list` and `remove`: whose runs of CI come without a stored token. */
export function addTrustCommands(program: Program, run: RunCommand): void {
  const trust = program.command('trust').description('whose runs of CI come without a stored token (admin)');
  addAdd(trust, run);
  const list = trust
    .command('list')
    .description('list whose runs are trusted')
    .addOption(limitOption())
    .addOption(cursorOption())
    .action((options: Parameters<typeof trustList>[1]) =>
      run(async () => (await import('../../commands/access/trusts.ts')).trustList, options),
    );
  withExamples(list, 'sluice trust list');
  const remove = trust
    .command('remove <name>')
    .description('trust these runs no more, and end the tokens that they got')
    .action((name: string) =>
      run(async () => (await import('../../commands/access/trusts.ts')).trustRemove, { name }),
    );
  withExamples(remove, 'sluice trust remove bank-ci');
}
