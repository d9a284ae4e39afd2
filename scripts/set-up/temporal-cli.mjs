// Which Temporal CLI to use. Built-ins only: bootstrap.mjs runs this before anything is installed.
import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

export const TEMPORAL_CLI_VERSION = '1.8.2';
/** Older ones know no `--dynamic-config-value` for start-dev's sub-second timers or no SQLite pragmas. */
const OLDEST_TEMPORAL_CLI = '1.5.0';

/** The per-user folder for what takes long to get, shared by all clones. */
function cacheDirectory(env) {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sluice');
}

/** Where bootstrap puts the CLI that it downloads or builds. */
export function cachedTemporalCli(env) {
  return join(cacheDirectory(env), `temporal-${TEMPORAL_CLI_VERSION}`, 'temporal');
}

/** Compares dotted version numbers; what follows a `-` is left aside. */
export function isAtLeast(version, oldest) {
  const [a, b] = [version, oldest].map((text) => text.split('-')[0].split('.').map(Number));
  for (let i = 0; i < b.length; i += 1) {
    if ((a[i] ?? 0) !== b[i]) return (a[i] ?? 0) > b[i];
  }
  return true;
}

/** The version that `temporal --version` prints, or undefined when it is no Temporal CLI. */
export function temporalCliVersion(file) {
  try {
    const output = execFileSync(file, ['--version'], {
      encoding: 'utf8',
      timeout: 10_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return /temporal version v?(\d+\.\d+\.\d+)/.exec(output)?.[1];
  } catch {
    // Not a program, not for this machine, or something else by the name of `temporal`.
    return undefined;
  }
}

/**
 * The Temporal CLI to use: TEMPORAL_CLI, then `temporal` on the PATH if it is new enough, then the per-user cache.
 * Undefined when there is none. A TEMPORAL_CLI that does not work is an error, never passed over.
 */
export function findTemporalCli(env, versionOf = temporalCliVersion) {
  if (env.TEMPORAL_CLI) {
    const version = versionOf(env.TEMPORAL_CLI);
    if (version !== undefined && isAtLeast(version, OLDEST_TEMPORAL_CLI)) return env.TEMPORAL_CLI;
    const found = version === undefined ? 'is no Temporal CLI that runs here' : `is version ${version}`;
    throw new Error(
      `TEMPORAL_CLI=${env.TEMPORAL_CLI} ${found}; ${OLDEST_TEMPORAL_CLI} or newer is needed. Correct or unset it.`,
    );
  }
  const onPath = (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'temporal'))
    .filter(isExecutable);
  const suitable = onPath.find((file) => isAtLeast(versionOf(file) ?? '0', OLDEST_TEMPORAL_CLI));
  const cached = cachedTemporalCli(env);
  return suitable ?? (isExecutable(cached) ? cached : undefined);
}

export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
