// Sets up what is missing, then runs a command in the finished environment:
//   node scripts/bootstrap.mjs [-- command args...]
// Needs nothing but Node 18 and npm: only built-in modules are imported until everything is there.
import { existsSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dashboardState } from './set-up/dashboard.mjs';
import { dependenciesState } from './set-up/dependencies.mjs';
import { getTemporalCli, temporalCliPlan } from './set-up/get-temporal-cli.mjs';
import { withLock } from './set-up/lock.mjs';
import { createProgress, formatDuration } from './set-up/progress.mjs';
import { runInPlace } from './set-up/run-in-place.mjs';
import { runLogged } from './set-up/run-logged.mjs';
import { chooseNode, preferNodeAtHand } from './set-up/runtime.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
// As npm runs us, and nobody else: what is started with nohup or setsid may outlive whoever started it.
const NPMS_SHELL = process.env.npm_lifecycle_script?.startsWith('node scripts/bootstrap.mjs')
  ? process.ppid
  : undefined;
const RUNNING = { version: process.versions.node, execPath: process.execPath };

async function main() {
  const progress = createProgress(process.stderr);
  const startedAt = performance.now();
  const node = await setUp(process.env, progress);
  progress.note(`sluice: set-up is complete (${formatDuration(performance.now() - startedAt)})`);
  const [command, ...args] = commandOf(process.argv);
  if (command === undefined) return 0;
  return runInPlace(command, args, environmentFor(node, process.env), { endsWithParent: NPMS_SHELL });
}

/** Installs what is missing, packages and Temporal side by side, and returns the Node to run Sluice with. */
async function setUp(env, progress) {
  const packages = installPackages(env, progress);
  const temporal = provideTemporal(env, packages, progress);
  const dashboard = packages.then(() => buildDashboard(env, progress));
  // All end before an error of one is reported: half an install left running would be worse than a late message.
  const outcomes = await Promise.allSettled([packages, temporal, dashboard]);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  linkCommand(ROOT);
  return chooseNode(ROOT, RUNNING);
}

async function installPackages(env, progress) {
  if (dependenciesState(ROOT) === 'current') return;
  await withLock(join(ROOT, '.sluice', 'set-up', 'packages.lock'), {
    onWait: (pid) =>
      progress.note(`  another set-up (pid ${pid}) is installing packages here; waiting for it`),
    work: async () => {
      if (dependenciesState(ROOT) === 'current') return;
      await progress.step('Installing packages and the Node runtime (npm ci)', '40 s to 2 minutes', () =>
        runLogged('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
          logFile: join(ROOT, '.sluice', 'set-up', 'npm.log'),
          cwd: ROOT,
          // npm must not run on the Node that it is about to replace.
          env: { ...env, PATH: withoutLocalPrograms(env.PATH ?? '') },
        }),
      );
      preferNodeAtHand(ROOT, RUNNING);
    },
  });
}

/** The pages that the API serves are built here, so that a clone has them without a hand. */
async function buildDashboard(env, progress) {
  if (dashboardState(ROOT) !== 'outdated') return;
  await withLock(join(ROOT, '.sluice', 'set-up', 'dashboard.lock'), {
    work: async () => {
      if (dashboardState(ROOT) !== 'outdated') return;
      await progress.step('Building the dashboard', 'about 5 s', () =>
        runLogged(chooseNode(ROOT, RUNNING), [join(ROOT, 'scripts', 'build-dashboard.ts')], {
          logFile: join(ROOT, '.sluice', 'set-up', 'dashboard.log'),
          cwd: ROOT,
          env,
        }),
      );
    },
  });
}

async function provideTemporal(env, packages, progress) {
  const plan = await temporalCliPlan(env);
  if (plan.kind !== 'get') return;
  const node = () => packages.then(() => chooseNode(ROOT, RUNNING));
  await getTemporalCli({ root: ROOT, env, ways: plan.ways, node, progress });
}

function withoutLocalPrograms(path) {
  const local = join(ROOT, 'node_modules');
  return path
    .split(delimiter)
    .filter((folder) => !folder.startsWith(local))
    .join(delimiter);
}

/** `npx sluice` works in the repository: npm links the programs of dependencies, but not the project's own. */
function linkCommand(root) {
  const link = join(root, 'node_modules', '.bin', 'sluice');
  const target = '../../bin/sluice.mjs';
  try {
    if (readlinkSync(link) === target) return;
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  rmSync(link, { force: true });
  try {
    symlinkSync(target, link);
  } catch (error) {
    // A set-up beside this one was quicker.
    if (!existsSync(link)) throw error;
  }
}

function commandOf(argv) {
  const separator = argv.indexOf('--');
  return separator === -1 ? [] : argv.slice(separator + 1);
}

function environmentFor(node, env) {
  return { ...env, PATH: [dirname(node), env.PATH ?? ''].join(delimiter) };
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    process.stderr.write(`\nsluice: set-up failed\n${error.message}\n`);
    process.exitCode = 1;
  },
);
