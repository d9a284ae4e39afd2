import { escapeLiteral } from 'pg';
import { SluiceError } from '../../domain/errors.ts';
import { memberStatements, runAsOwner, urlAs } from './login-users.ts';

/** By environment. */
export type GatewayPasswords = Readonly<Record<string, string>>;

/** PostgreSQL cuts longer names off, and two would be one. */
const longestName = 63;

/**
 * What the gateways of one environment log in as, where those of another are not to speak for it. Throws `usage` for an
 * environment whose name is too long for that.
 */
export function gatewayUserName(environment: string): string {
  const name = `sluice_gateway_${environment}_login`;
  if (Buffer.byteLength(name) <= longestName) return name;
  throw new SluiceError(
    'usage',
    `The name of the environment ${environment} is too long for a database user's.`,
  );
}

/**
 * The statements that make these users, or give them new passwords, and say what they are for. The table in which that
 * stands is the owner's, and is there once the schema is migrated.
 */
export function gatewayUserStatements(passwords: GatewayPasswords): string[] {
  return Object.entries(passwords).flatMap(([environment, password]) => {
    const name = gatewayUserName(environment);
    const binding = [name, environment].map((text) => escapeLiteral(text)).join(', ');
    return [
      ...memberStatements(name, 'sluice_gateway', password),
      `insert into gateway_user (name, environment) values (${binding}) on conflict (name) do update set environment = excluded.environment`,
    ];
  });
}

/** Makes them as the owner of the schema; gives the URL of each. Throws what PostgreSQL says where he may not. */
export async function makeGatewayUsers(
  url: string,
  passwords: GatewayPasswords,
): Promise<Record<string, string>> {
  await runAsOwner(url, gatewayUserStatements(passwords));
  const urls = Object.entries(passwords).map(([environment, password]) => [
    environment,
    urlAs(url, gatewayUserName(environment), password),
  ]);
  return Object.fromEntries(urls) as Record<string, string>;
}
