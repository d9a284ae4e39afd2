// Builds the dashboard's pages into dashboard/dist, whole or not at all: what was built before serves until then.
// Fails where the first load is larger than it may be.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { firstLoadFiles, gzippedBytes, type BuiltFile } from './dashboard/first-load.ts';
import { builtDashboard, dashboardInputs, stampOf } from './set-up/dashboard.mjs';

/** Of what a browser loads before it shows the first page, charts apart: INTERFACES asks for 170 kB. */
const mostFirstLoadBytes = 170_000;

const root = resolve(import.meta.dirname, '..');

function assertSmall(folder: string): number {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Record<
    string,
    BuiltFile
  >;
  const files = firstLoadFiles(manifest);
  const bytes = gzippedBytes(folder, files);
  if (bytes <= mostFirstLoadBytes) return bytes;
  const list = files.map((file) => `  ${gzippedBytes(folder, [file])} ${file}`).join('\n');
  throw new Error(
    `The dashboard's first load is ${bytes} bytes by gzip, and may be ${mostFirstLoadBytes}:\n${list}\n` +
      'Load what the first page does not need by import() (as the charts are), or leave a package out.',
  );
}

const inputs = dashboardInputs(root);
const built = builtDashboard(root);
const partial = `${built}.partial-${process.pid}`;
try {
  await build({ configFile: join(root, 'dashboard', 'vite.config.ts'), build: { outDir: partial } });
  const bytes = assertSmall(partial);
  writeFileSync(stampOf(partial), inputs);
  mkdirSync(built, { recursive: true });
  rmSync(built, { recursive: true });
  renameSync(partial, built);
  console.log(
    `dashboard/dist: first load ${(bytes / 1000).toFixed(1)} kB by gzip (at most ${mostFirstLoadBytes / 1000})`,
  );
} finally {
  rmSync(partial, { recursive: true, force: true });
}
