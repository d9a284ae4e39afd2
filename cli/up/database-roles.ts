import { randomBytes } from 'node:crypto';
import { applyRights } from '../../config-store/roles/apply-rights.ts';
import { loginName, loginStatements, makeLogins, urlAs } from '../../config-store/roles/login-users.ts';
import { SluiceError } from '../../domain/errors.ts';
import { loginPrograms, type LoginProgram } from '../../domain/access/login-programs.ts';
import { done } from '../output/outcome.ts';
import type { Command } from '../commands/context.ts';

function newPasswords(): Record<LoginProgram, string> {
  const made = loginPrograms.map((program) => [program, randomBytes(24).toString('base64url')] as const);
  return Object.fromEntries(made) as Record<LoginProgram, string>;
}

const explanation = [
  '-- Users of the programs of Sluice, each a member of the group that says what it may. Run this as somebody who may',
  '-- create roles, then `sluice migrate` as the owner of the schema; or `sluice database roles --run` as one who is both.',
];

/** Prints the SQL that makes the programs' users, or runs it as DATABASE_URL and prints the URL of each. */
export const databaseRoles: Command<{ run: boolean }> = async ({ settings }, { run }) => {
  const passwords = newPasswords();
  const { databaseUrl } = settings;
  if (!run) {
    const urls = loginPrograms.map((program) => {
      const url = urlAs(
        databaseUrl ?? 'postgres://HOST:5432/DATABASE',
        loginName(program),
        passwords[program],
      );
      return `-- ${program}: DATABASE_URL=${url}`;
    });
    const statements = loginStatements(passwords).map((statement) => `${statement};`);
    return done([...explanation, ...statements, '', ...urls].join('\n'), { statements });
  }
  if (databaseUrl === undefined) {
    throw new SluiceError('usage', 'It is not known where the database is.', { remedy: 'Set DATABASE_URL.' });
  }
  const urls = await makeLogins(databaseUrl, passwords);
  await applyRights(databaseUrl);
  const lines = loginPrograms.map((program) => `${program.padEnd(10)} DATABASE_URL=${urls[program]}`);
  return done(lines.join('\n'), { urls });
};
