// Whether node_modules is what package-lock.json says.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Compares the lock file with the record that npm leaves at the end of every complete install
 * (`node_modules/.package-lock.json`), so that an install by hand counts and an interrupted one does not.
 *
 * @param {string} root the repository
 * @returns {'current' | 'missing' | 'outdated'}
 */
export function dependenciesState(root) {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return 'missing';
  const wanted = readPackages(join(root, 'package-lock.json'));
  return satisfies(readPackages(installed), wanted) ? 'current' : 'outdated';
}

/**
 * True when every package of the lock file is installed in its version. Optional ones may be absent: most of them are
 * for other machines.
 */
export function satisfies(installed, wanted) {
  return Object.entries(wanted).every(([path, { version, optional, devOptional }]) => {
    if (path === '') return true;
    const found = installed[path];
    return found === undefined ? Boolean(optional || devOptional) : found.version === version;
  });
}

function readPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
}
