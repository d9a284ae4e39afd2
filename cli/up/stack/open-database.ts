import { join } from 'node:path';
import { createPool } from '../../../config-store/connection/create-pool.ts';
import { migrate } from '../../../config-store/schema/migrate.ts';
import { makeLogins } from '../../../config-store/roles/login-users.ts';
import { loginPrograms, type LoginProgram } from '../../../domain/access/login-programs.ts';
import { answersSql } from '../answers.ts';
import { startEmbeddedServer, type EmbeddedServer } from '../embedded-server.ts';
import { startPostgres, type PostgresServer } from '../servers/postgres.ts';
import { portOf, type StackOptions } from './stack-options.ts';
import type { Started } from './started.ts';

/** A database that the programs can use: its schema is of today, and the policies are those that the stack goes by. */
export interface OpenedDatabase {
  /** Undefined where it is somebody else's. */
  readonly server: EmbeddedServer<PostgresServer> | undefined;
  /** Its owner's way into it. */
  readonly url: string;
  /** Each program's own. */
  readonly logins: Readonly<Record<LoginProgram, string>>;
}

/** Starts a PostgreSQL where none is given, and makes its database ready. */
export async function openDatabase(options: StackOptions, started: Started): Promise<OpenedDatabase> {
  const { databaseUrl, secrets } = options;
  const server =
    databaseUrl === undefined ? await started.part('PostgreSQL', () => startServer(options)) : undefined;
  const url = databaseUrl ?? server?.running().url ?? '';
  await started.step('schema', () => migrate(url));
  await publishPolicies(options, url);
  // In somebody else's all use what they were given, and say so where that is too much.
  const logins = server === undefined ? sameForAll(url) : await makeLogins(url, secrets.databasePasswords);
  return { server, url, logins };
}

async function startServer(options: StackOptions): Promise<EmbeddedServer<PostgresServer>> {
  const port = await portOf(options.ports.postgres ?? 'free');
  return startEmbeddedServer({
    name: 'postgres',
    start: () =>
      startPostgres({
        port,
        dataDirectory: join(options.home, 'postgres'),
        durable: options.durable,
        logFile: join(options.home, 'logs', 'postgres.log'),
        log: options.log,
      }),
    answers: ({ url }, withinMs) => answersSql(url, withinMs),
  });
}

async function publishPolicies({ preparePolicies }: StackOptions, databaseUrl: string): Promise<void> {
  if (preparePolicies === undefined) return;
  const db = createPool(databaseUrl, { applicationName: 'sluice-up' });
  try {
    await preparePolicies(db);
  } finally {
    await db.end();
  }
}

function sameForAll(url: string): Record<LoginProgram, string> {
  const same = loginPrograms.map((program) => [program, url] as const);
  return Object.fromEntries(same) as Record<LoginProgram, string>;
}
