// Packs the `sluice` command alone: dist/sluice-cli-<version>.tgz, for other repositories and their CI.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundleCommand } from './pack-cli/bundle.ts';
import { launcher, manifestOf, readme } from './pack-cli/manifest.ts';
import { noticesOf } from './pack-cli/notices.ts';

const root = join(import.meta.dirname, '..');

/** Writes the package into a folder and packs it into another; gives the path of the tarball. */
async function pack(folder: string, destination: string): Promise<string> {
  const metafile = await bundleCommand(root, join(folder, 'dist'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifestOf(root), null, 2));
  writeFileSync(join(folder, 'sluice.mjs'), launcher, { mode: 0o755 });
  writeFileSync(join(folder, 'README.md'), readme);
  writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), noticesOf(metafile, root));
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  mkdirSync(destination, { recursive: true });
  const packed = execFileSync('npm', ['pack', folder, '--silent', '--pack-destination', destination], {
    encoding: 'utf8',
    cwd: folder,
  });
  return join(destination, packed.trim());
}

const folder = mkdtempSync(join(tmpdir(), 'sluice-pack-'));
try {
  console.log(await pack(folder, resolve(process.argv[2] ?? join(root, 'dist'))));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
