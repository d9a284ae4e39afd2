// Whether the dashboard that is built is of these sources. Built-ins only: bootstrap.mjs asks it before it builds.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the pages are made of beside the folder's own files: their packages, and who builds them. */
const OTHER_INPUTS = ['package-lock.json', 'scripts/build-dashboard.ts', 'tsconfig.json'];
/** Beside the pages: the digest of what they were built of. */
const STAMP = 'inputs.sha256';

/** The folder that the pages are built into. */
export function builtDashboard(root) {
  return join(root, 'dashboard', 'dist');
}

/**
 * The digest of everything that the pages are built of.
 *
 * @param {string} root the repository
 */
export function dashboardInputs(root) {
  const hash = createHash('sha256');
  for (const path of inputFiles(root)) hash.update(`${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest('hex');
}

function inputFiles(root) {
  const own = readdirSync(join(root, 'dashboard'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !path.startsWith('dashboard/dist') && !/\.test\.tsx?$/.test(path));
  return [...own, ...OTHER_INPUTS].sort();
}

/** The file that says of which inputs the pages in a folder were built. */
export function stampOf(folder) {
  return join(folder, STAMP);
}

/**
 * Compares what is built with its inputs.
 *
 * @param {string} root the repository
 * @returns {'none' | 'current' | 'outdated'} `none`: there is nothing to build
 */
export function dashboardState(root) {
  if (!existsSync(join(root, 'dashboard', 'index.html'))) return 'none';
  const stamp = stampOf(builtDashboard(root));
  if (!existsSync(stamp)) return 'outdated';
  return readFileSync(stamp, 'utf8') === dashboardInputs(root) ? 'current' : 'outdated';
}
