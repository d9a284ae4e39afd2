import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const [folderMode, fileMode, passableMode] = [0o700, 0o600, 0o711];
/** PostgreSQL's own: it demands that nobody else may read them, and may belong to another user. */
const postgresFolder = 'postgres';

/**
 * Makes a home and all that lies in it readable by its owner alone, also what a version of before has left for all to
 * read: keys, logs, what Temporal keeps. Where PostgreSQL runs as another user (we are root) and has its data here, others
 * may pass through, and still list and read nothing.
 */
export function makePrivate(home: string): void {
  mkdirSync(home, { recursive: true, mode: folderMode });
  chmodSync(home, holdsDataOfAnother(home) ? passableMode : folderMode);
  for (const name of readdirSync(home)) if (name !== postgresFolder) tighten(join(home, name));
}

function holdsDataOfAnother(home: string): boolean {
  const data = join(home, postgresFolder);
  if (!existsSync(data)) return false;
  const found = lstatSync(data);
  return found.isDirectory() && found.uid !== process.getuid?.();
}

/** Links are left alone: what they lead to is somebody else's place. */
function tighten(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isSymbolicLink()) return;
  if (found.isFile()) chmodSync(path, fileMode);
  if (!found.isDirectory()) return;
  chmodSync(path, folderMode);
  for (const name of readdirSync(path)) tighten(join(path, name));
}
