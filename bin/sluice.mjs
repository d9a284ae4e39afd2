#!/usr/bin/env node
// The `sluice` command: finds the project's Node and runs cli/main.ts with it, in the caller's folder.
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runInPlace } from '../scripts/set-up/run-in-place.mjs';
import { chooseNode } from '../scripts/set-up/runtime.mjs';

const root = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))));

async function launch() {
  if (!existsSync(join(root, 'node_modules'))) {
    throw new Error(`packages are not installed; run \`npm run bootstrap\` in ${root}`);
  }
  const node = chooseNode(root, { version: process.versions.node, execPath: process.execPath });
  const program = join(root, 'cli', 'main.ts');
  if (node !== process.execPath) return runInPlace(node, [program, ...process.argv.slice(2)]);
  await import(pathToFileURL(program).href); // It sets the exit code itself; a second process would only take time.
  return process.exitCode;
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
