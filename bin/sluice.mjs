#!/usr/bin/env node
// The `sluice` command: finds the project's Node and runs cli/main.ts with it, in the caller's folder.
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInPlace } from '../scripts/set-up/run-in-place.mjs';
import { chooseNode } from '../scripts/set-up/runtime.mjs';

const root = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))));

async function launch() {
  if (!existsSync(join(root, 'node_modules'))) {
    throw new Error(`packages are not installed; run \`npm run bootstrap\` in ${root}`);
  }
  const node = chooseNode(root, { version: process.versions.node, execPath: process.execPath });
  return runInPlace(node, [join(root, 'cli', 'main.ts'), ...process.argv.slice(2)]);
}

launch().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    process.stderr.write(`sluice: ${error.message}\n`);
    process.exitCode = 1;
  },
);
