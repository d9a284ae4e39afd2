// Gets the Temporal CLI into the per-user cache: Temporal's own build, held against its digest, else built from the Go
// module proxy.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { buildTemporalCli } from './build-temporal-cli.mjs';
import { withLock } from './lock.mjs';
import { runLogged } from './run-logged.mjs';
import { DOWNLOAD_HOST, temporalArchive } from './temporal-archive.mjs';
import {
  cachedTemporalCli,
  findTemporalCli,
  TEMPORAL_CLI_VERSION,
  temporalCliVersion,
} from './temporal-cli.mjs';

const REACH_TIMEOUT_MS = 3_000;
const DOWNLOAD_TIMEOUT_MS = 180_000;

/** How the CLI can be had: `present`, or how to get it, best first. Empty when there is no way. */
export async function temporalCliPlan(env, { reachable = canReachDownload, hasGo = goIsInstalled } = {}) {
  if (env.TEMPORAL_ADDRESS) return { kind: 'not-needed' };
  const file = findTemporalCli(env);
  if (file !== undefined) return { kind: 'present', file };
  const ways = [];
  if (temporalArchive() !== undefined && (await reachable(env))) ways.push('download');
  if (hasGo(env)) ways.push('build');
  return { kind: 'get', ways };
}

/**
 * Gets the CLI by the first way that works.
 *
 * @param {{ root: string, env: NodeJS.ProcessEnv, ways: string[], node: () => Promise<string>, progress: object }} options
 *   `node` resolves to a Node that can load the installed SDK
 * @throws Error that lists what was tried and what a person can do
 */
export async function getTemporalCli({ root, env, ways, node, progress }) {
  const target = cachedTemporalCli(env);
  const getBy = { download: downloadTemporalCli, build: buildInStep };
  await withLock(`${target}.lock`, {
    onWait: (pid) =>
      progress.note(`  another set-up (pid ${pid}) is getting the Temporal CLI; waiting for it`),
    work: async () => {
      if (existsSync(target)) return;
      const failures = [];
      for (const way of ways) {
        try {
          await getBy[way]({ root, env, target, node, progress });
          return;
        } catch (error) {
          failures.push(`${way}: ${error.message}`);
        }
      }
      throw new Error(noTemporalMessage(failures));
    },
  });
}

export function noTemporalMessage(failures) {
  return [
    'There is no Temporal server to be had on this machine.',
    ...failures.map((failure) => `  tried ${failure}`),
    'Do one of these and run the command again:',
    `  - install the Temporal CLI ${TEMPORAL_CLI_VERSION} (https://docs.temporal.io/cli) on the PATH, or name it by TEMPORAL_CLI`,
    '  - set TEMPORAL_ADDRESS=host:port to a Temporal server that runs already',
    '  - install Go 1.21 or newer, and the CLI is built from source (3 to 6 minutes, once)',
    `  - allow access to https://${DOWNLOAD_HOST} (HTTPS_PROXY is honoured)`,
  ].join('\n');
}

async function downloadTemporalCli({ root, env, target, node, progress }) {
  const nodeFile = await node();
  await progress.step('Downloading the Temporal CLI', 'about 20 s, once per user', async () => {
    const folder = `${target}.download-${process.pid}`;
    mkdirSync(folder, { recursive: true });
    try {
      const { url, sha256 } = temporalArchive();
      await runLogged(
        nodeFile,
        [join(root, 'scripts/set-up/download-temporal-cli.mjs'), folder, url, sha256],
        {
          logFile: logFile(root),
          cwd: root,
          env: { ...env, NODE_USE_ENV_PROXY: '1' },
          timeoutMs: DOWNLOAD_TIMEOUT_MS,
        },
      );
      const file = join(folder, 'temporal');
      if (temporalCliVersion(file) === undefined) throw new Error('the downloaded CLI does not run here');
      renameSync(file, target);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

async function buildInStep({ root, env, target, progress }) {
  await progress.step(
    `Building the Temporal CLI ${TEMPORAL_CLI_VERSION} with Go`,
    '3 to 6 minutes on 2 cores, once per user',
    () => buildTemporalCli({ root, env, target, logFile: logFile(root) }),
  );
}

function logFile(root) {
  return join(root, '.sluice', 'set-up', 'temporal.log');
}

/** A quick look, so that a machine without internet access loses no time. Behind a proxy only the attempt can tell. */
function canReachDownload(env) {
  if (env.HTTPS_PROXY || env.https_proxy || env.ALL_PROXY || env.all_proxy) return Promise.resolve(true);
  return new Promise((resolve) => {
    const socket = connect({
      host: DOWNLOAD_HOST,
      port: 443,
      servername: DOWNLOAD_HOST,
      rejectUnauthorized: false,
    });
    const answer = (reached) => {
      socket.destroy();
      clearTimeout(timer);
      resolve(reached);
    };
    const timer = setTimeout(() => answer(false), REACH_TIMEOUT_MS);
    socket.once('secureConnect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}

function goIsInstalled(env) {
  try {
    execFileSync('go', ['version'], { env, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
