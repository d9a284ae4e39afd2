import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { loginPrograms, type LoginProgram } from '../../domain/access/login-programs.ts';
import { connectionSettings } from '../connection/create-pool.ts';
import { translateError } from '../connection/translate-error.ts';

/** Programs that are not named get no user, or keep the one that they have. */
export type Passwords = Readonly<Partial<Record<LoginProgram, string>>>;

/** What a program logs in as: a member of its group (rights.ts). */
export function loginName(program: LoginProgram): string {
  return `sluice_${program}_login`;
}

/**
 * The statements that make the programs' users, or give them new passwords. They may be run again and again, by whoever
 * may create roles.
 */
export function loginStatements(passwords: Passwords, nameOf = loginName): string[] {
  return loginPrograms.flatMap((program) => {
    const known = passwords[program];
    if (known === undefined) return [];
    return memberStatements(nameOf(program), `sluice_${program}`, known);
  });
}

/** The same of one user, and of his group where it is not there. */
export function memberStatements(name: string, group: string, password: string): string[] {
  const made = [group, name].map(
    (role) =>
      `if not exists (select from pg_roles where rolname = ${escapeLiteral(role)}) then create role ${escapeIdentifier(role)}; end if;`,
  );
  return [
    `do $$ begin ${made.join(' ')} end $$`,
    `alter role ${escapeIdentifier(name)} login nocreatedb nocreaterole password ${escapeLiteral(password)}`,
    `grant ${group} to ${escapeIdentifier(name)}`,
  ];
}

/** The URL of a database as another user. */
export function urlAs(url: string, user: string, password: string): string {
  const as = new URL(url);
  as.username = user;
  as.password = password;
  return as.href;
}

/** Makes the programs' users. Throws what PostgreSQL says where the owner may not. */
export async function makeUsers(url: string, passwords: Passwords, nameOf = loginName): Promise<void> {
  await runAsOwner(url, loginStatements(passwords, nameOf));
}

/** Runs statements as who owns the schema. Throws what PostgreSQL says where he may not. */
export async function runAsOwner(url: string, statements: readonly string[]): Promise<void> {
  if (statements.length === 0) return;
  const client = new Client(connectionSettings(url, 'sluice-migrate'));
  try {
    await client.connect();
    await client.query(statements.join(';\n'));
  } catch (error) {
    throw translateError(error);
  } finally {
    await client.end();
  }
}

/** The same for all of them; gives the URL of each. */
export async function makeLogins(
  url: string,
  passwords: Readonly<Record<LoginProgram, string>>,
  nameOf = loginName,
): Promise<Record<LoginProgram, string>> {
  await makeUsers(url, passwords, nameOf);
  const urls = loginPrograms.map((program) => [program, urlAs(url, nameOf(program), passwords[program])]);
  return Object.fromEntries(urls) as Record<LoginProgram, string>;
}
