import type { Command as Program } from 'commander';
import type { DatabaseRolesOptions } from '../up/environments/database-roles.ts';
import { withExamples } from './options.ts';
import type { RunCommand } from './run.ts';

/** What operators do with the database: `migrate`, `reseal` and `database roles`. They need no API. */
export function addDatabaseCommands(program: Program, run: RunCommand): void {
  addMigrate(program, run);
  addReseal(program, run);
  addRoles(program, run);
}

function addMigrate(program: Program, run: RunCommand): void {
  const migrateProgram = program
    .command('migrate')
    .description('bring the schema of DATABASE_URL up to date; `sluice up` does it by itself')
    .action(() => run(async () => (await import('../up/migrate-command.ts')).migrateDatabase, {}));
  withExamples(migrateProgram, 'DATABASE_URL=postgres://… sluice migrate');
}

function addReseal(program: Program, run: RunCommand): void {
  const resealProgram = program
    .command('reseal')
    .description('seal all samples with the current data key, after a change of keys')
    .option('--drop-unreadable', 'delete samples that none of the keys opens', false)
    .action((options: { readonly dropUnreadable: boolean }) =>
      run(async () => (await import('../up/reseal-command.ts')).resealSamples, options),
    );
  withExamples(
    resealProgram,
    'sluice reseal',
    'DATABASE_URL=postgres://… SLUICE_DATA_KEY=new,former sluice reseal',
  );
}

function addRoles(program: Program, run: RunCommand): void {
  const database = program.command('database').description('what programs may in the database');
  const rolesProgram = database
    .command('roles')
    .description('print the SQL that makes a database user for each program')
    .option('--run', 'run it as DATABASE_URL, and print the URL of each', false)
    .option('--environments <name...>', 'and one for the gateways of each of these environments alone')
    .action((options: DatabaseRolesOptions) =>
      run(async () => (await import('../up/environments/database-roles.ts')).databaseRoles, options),
    );
  withExamples(
    rolesProgram,
    'sluice database roles > users.sql',
    'DATABASE_URL=postgres://… sluice database roles --run --environments staging production',
  );
}
