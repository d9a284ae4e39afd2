import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { messageOf, SluiceError } from '../../../domain/errors.ts';
import { lastLines, type UserIds } from './child-process.ts';
import { systemVariables } from './system-variables.ts';
import { canExecute, ROOT_POSTGRES_DIRECTORY, type PostgresBinaries } from './postgres-binaries.ts';

/** An initialised data folder: its real path, and the password of its superuser `postgres`. */
export interface PostgresData {
  readonly directory: string;
  readonly password: string;
}

/**
 * Makes sure that `dataDirectory` is an initialised data folder of this PostgreSQL.
 *
 * Where `user` (whom PostgreSQL runs as when we are root) cannot enter the place, the data lies in a folder of its own
 * below /var/lib/sluice, and `dataDirectory` is a symbolic link to it. The password lies beside it in
 * `<dataDirectory>.password`, readable by its owner only.
 *
 * @throws SluiceError `conflict` for the data of another major version, `internal` when initdb fails.
 */
export async function prepareData(
  dataDirectory: string,
  binaries: PostgresBinaries,
  user: UserIds | undefined,
): Promise<PostgresData> {
  const wanted = resolve(dataDirectory);
  mkdirSync(dirname(wanted), { recursive: true });
  const directory = reachablePlace(wanted, user);
  const password = passwordOf(wanted);
  if (!existsSync(join(directory, 'PG_VERSION'))) await initialise(directory, password, binaries, user);
  const major = Number(readFileSync(join(directory, 'PG_VERSION'), 'utf8'));
  if (major !== binaries.major) {
    throw new SluiceError(
      'conflict',
      `${directory} holds data of PostgreSQL ${major}, not ${binaries.major}.`,
      {
        remedy: 'Move it away to start empty, or dump it with the old version and load it into the new one.',
      },
    );
  }
  return { directory, password };
}

/** Deletes a data folder with all that `prepareData` put beside it. */
export function removeData(dataDirectory: string): void {
  const wanted = resolve(dataDirectory);
  if (existsSync(wanted)) rmSync(realpathSync(wanted), { recursive: true, force: true });
  rmSync(wanted, { force: true });
  rmSync(passwordFile(wanted), { force: true });
}

function reachablePlace(wanted: string, user: UserIds | undefined): string {
  if (existsSync(wanted)) return realpathSync(wanted);
  const parent = realpathSync(dirname(wanted));
  if (user === undefined || canExecute(parent, user)) return join(parent, basename(wanted));
  const id = createHash('sha256').update(wanted).digest('hex').slice(0, 12);
  const place = join(ROOT_POSTGRES_DIRECTORY, 'data', `${basename(wanted)}-${id}`);
  mkdirSync(dirname(place), { recursive: true, mode: 0o755 });
  // Left by a clone that has been deleted since: nothing points to it any more.
  if (existsSync(place)) renameSync(place, `${place}.orphaned-${Date.now()}`);
  mkdirSync(place, { mode: 0o700 });
  chownSync(place, user.uid, user.gid);
  symlinkSync(place, wanted);
  return place;
}

function passwordFile(wanted: string): string {
  return `${wanted}.password`;
}

function passwordOf(wanted: string): string {
  const file = passwordFile(wanted);
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  if (existsSync(join(wanted, 'PG_VERSION'))) {
    throw new SluiceError('not_found', `${file} is missing: the database below ${wanted} cannot be opened.`, {
      remedy: 'Put the file back, or move the data folder away to start empty.',
    });
  }
  const password = randomBytes(18).toString('base64url');
  writeFileSync(file, `${password}\n`, { mode: 0o600 });
  return password;
}

/** Runs initdb in a folder beside the final one, so that an interrupted run leaves no half-made database behind. */
async function initialise(
  directory: string,
  password: string,
  { initdb }: PostgresBinaries,
  user: UserIds | undefined,
): Promise<void> {
  const partial = `${directory}.partial-${process.pid}`;
  const secrets = mkdtempSync(join(tmpdir(), 'sluice-initdb-'));
  const pwfile = join(secrets, 'password');
  mkdirSync(partial, { mode: 0o700 });
  writeFileSync(pwfile, `${password}\n`, { mode: 0o600 });
  if (user !== undefined) for (const path of [partial, secrets, pwfile]) chownSync(path, user.uid, user.gid);
  try {
    await promisify(execFile)(initdb, initdbArguments(partial, pwfile), {
      cwd: '/',
      env: { ...systemVariables(process.env), LC_ALL: 'C' },
      ...user,
    });
    renameSync(partial, directory);
  } catch (cause) {
    throw new SluiceError(
      'internal',
      `PostgreSQL could not be initialised in ${directory}: ${lastLines(messageOf(cause))}`,
      {
        remedy: 'Check free space and access rights of that folder, or set DATABASE_URL to your own server.',
        cause,
      },
    );
  } finally {
    rmSync(secrets, { recursive: true, force: true });
    rmSync(partial, { recursive: true, force: true });
  }
}

function initdbArguments(directory: string, pwfile: string): string[] {
  return [
    `--pgdata=${directory}`,
    `--pwfile=${pwfile}`,
    '--username=postgres',
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The same sort order and case rules on every machine, whatever locales it has.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--text-search-config=english',
    // An interrupted initialisation is thrown away, and the first checkpoint syncs.
    '--no-sync',
  ];
}
