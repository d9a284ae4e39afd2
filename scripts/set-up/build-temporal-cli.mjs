// Builds the Temporal CLI from the Go module proxy, without what a server on this machine never uses.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runLogged } from './run-logged.mjs';
import { TEMPORAL_CLI_VERSION } from './temporal-cli.mjs';

/** What starts workers on demand in Kubernetes and two clouds: a quarter of the whole build (decision 0011). */
const PROVIDERS_MODULE = 'go.temporal.io/auto-scaled-workers';
const PROVIDERS_FOLDER = 'wci/workflow/compute_provider';
const CLOUD_PROVIDERS = ['aws.go', 'aws_ecs.go', 'aws_lambda.go', 'gcp_cloudrun.go', 'k8s.go'];

/** The rest is compiled without optimisation: clients of clouds and databases that the local server never calls. */
const OPTIMISED = ['std', 'modernc.org/...', 'google.golang.org/...', 'go.temporal.io/...'];

/** Fewer collections in each of more than a thousand compilers: about a tenth of the build's time, for 1 GB of memory. */
const COMPILER_GOGC = '400';

/**
 * Builds the CLI of tools/temporal/go.mod.
 *
 * @param {{ root: string, env: NodeJS.ProcessEnv, target: string, logFile: string }} options `target`: the file to be
 *   written, all at once
 * @throws Error with what Go printed
 */
export async function buildTemporalCli({ root, env, target, logFile }) {
  const partial = `${target}.partial-${process.pid}`;
  const sources = `${target}.sources-${process.pid}`;
  // The module file says it all: no workspace above the clone, no flags of the user's.
  const go = {
    cwd: join(root, 'tools', 'temporal'),
    env: { ...env, CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '', GOGC: env.GOGC || COMPILER_GOGC },
  };
  mkdirSync(sources, { recursive: true });
  try {
    await runLogged('go', ['mod', 'download', PROVIDERS_MODULE], { ...go, logFile });
    const moduleFile = writeTrimmedModule(sources, go);
    const args = ['build', '-modfile', moduleFile, ...flags(), '-o', partial];
    await runLogged('go', [...args, 'github.com/temporalio/cli/cmd/temporal'], { ...go, logFile });
    chmodSync(partial, 0o755);
    renameSync(partial, target);
  } finally {
    rmSync(partial, { force: true });
    rmSync(sources, { recursive: true, force: true });
  }
}

/** A copy of the module file in which the providers' module is a copy of its own, less those of the clouds. */
function writeTrimmedModule(folder, go) {
  const moduleFile = join(folder, 'go.mod');
  for (const name of ['go.mod', 'go.sum']) copyFileSync(join(go.cwd, name), join(folder, name));
  const trimmed = join(folder, 'providers');
  copyFiles(moduleFolder(PROVIDERS_MODULE, go), trimmed);
  // Each registers itself when it is loaded; nothing else names them. A file that is not there is an error, on purpose:
  // with another version of the module this list has to be looked at again.
  for (const name of CLOUD_PROVIDERS) rmSync(join(trimmed, PROVIDERS_FOLDER, name));
  execFileSync('go', ['mod', 'edit', `-replace=${PROVIDERS_MODULE}=${trimmed}`, moduleFile], go);
  return moduleFile;
}

/** Copies a folder into folders of the usual rights: those of Go's module cache are read-only, and so would copies be. */
function copyFiles(from, to) {
  for (const path of readdirSync(from, { recursive: true })) {
    if (statSync(join(from, path)).isDirectory()) continue;
    mkdirSync(dirname(join(to, path)), { recursive: true });
    copyFileSync(join(from, path), join(to, path));
  }
}

function moduleFolder(module, go) {
  return execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', module], { ...go, encoding: 'utf8' }).trim();
}

function flags() {
  const unoptimised = '-gcflags=all=-dwarf=false -N -l';
  const optimised = OPTIMISED.map((packages) => `-gcflags=${packages}=-dwarf=false`);
  const version = `-X github.com/temporalio/cli/internal/temporalcli.Version=${TEMPORAL_CLI_VERSION}`;
  return [unoptimised, ...optimised, '-ldflags', `-s -w ${version}`];
}
