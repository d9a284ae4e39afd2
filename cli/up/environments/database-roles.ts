import { randomBytes } from 'node:crypto';
import { applyRightsTo } from '../../../config-store/roles/apply-rights.ts';
import {
  gatewayUserName,
  gatewayUserStatements,
  makeGatewayUsers,
} from '../../../config-store/roles/gateway-users.ts';
import { loginName, loginStatements, makeLogins, urlAs } from '../../../config-store/roles/login-users.ts';
import { noDatabase } from '../../../domain/refusals.ts';
import { loginPrograms } from '../../../domain/access/login-programs.ts';
import { done } from '../../output/outcome.ts';
import type { Command } from '../../commands/context.ts';

function newPasswords<Name extends string>(names: readonly Name[]): Record<Name, string> {
  const made = names.map((name) => [name, randomBytes(24).toString('base64url')] as const);
  return Object.fromEntries(made) as Record<Name, string>;
}

export interface DatabaseRolesOptions {
  readonly run: boolean;
  /** Each gets a user for its gateways alone. */
  readonly environments?: string[];
}

const explanation = [
  '-- Users of the programs of Sluice, each a member of the group that says what it may. Run this as somebody who may',
  '-- create roles, then `sluice migrate` as the owner of the schema; or `sluice database roles --run` as one who is both.',
];

const ofGateways =
  '-- For the gateways of one environment alone: as the owner of the schema, after `sluice migrate`.';

/** Prints the SQL that makes the programs' users, or runs it as DATABASE_URL and prints the URL of each. */
export const databaseRoles: Command<DatabaseRolesOptions> = async ({ settings }, options) => {
  const { run, environments = [] } = options;
  const passwords = newPasswords(loginPrograms);
  const ofEnvironments = newPasswords(environments);
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
    const ofEach = environments.map((environment) => {
      const to = databaseUrl ?? 'postgres://HOST:5432/DATABASE';
      const url = urlAs(to, gatewayUserName(environment), ofEnvironments[environment] ?? '');
      return `-- gateways of ${environment}: DATABASE_URL=${url}`;
    });
    const statements = loginStatements(passwords).map((statement) => `${statement};`);
    const more = gatewayUserStatements(ofEnvironments).map((statement) => `${statement};`);
    const bound = more.length === 0 ? [] : ['', ofGateways, ...more];
    return done([...explanation, ...statements, ...bound, '', ...urls, ...ofEach].join('\n'), {
      statements: [...statements, ...more],
    });
  }
  if (databaseUrl === undefined) throw noDatabase();
  const urls = await makeLogins(databaseUrl, passwords);
  await applyRightsTo(databaseUrl);
  const gateways = await makeGatewayUsers(databaseUrl, ofEnvironments);
  const lines = [
    ...loginPrograms.map((program) => `${program.padEnd(10)} DATABASE_URL=${urls[program]}`),
    ...Object.entries(gateways).map(([environment, url]) => `gateways of ${environment} DATABASE_URL=${url}`),
  ];
  return done(lines.join('\n'), { urls, gateways });
};
