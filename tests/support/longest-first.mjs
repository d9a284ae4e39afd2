// The order of the test files. Two of them run at a time, so one that takes minutes must not be the last to begin. Jest
// goes by how long each took the last time, which a fresh clone does not know: these begin first, whatever it knows. All
// others come in jest's own order.
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import Sequencer from '@jest/test-sequencer';

/** Those that take more than about half a minute on two cores, the longest first. */
const longest = [
  'tests/faults/gateway-and-database.test.ts',
  'tests/journeys/github-workflows.test.ts',
  'tests/faults/worker-and-people.test.ts',
  'workers/reconciler/stuck-releases.test.ts',
  'workers/release.test.ts',
  'cli/eval/eval-command.test.ts',
  'workers/main.test.ts',
  'cli/up/servers/postgres.test.ts',
  'cli/eval/baseline.test.ts',
  'cli/up/simulate.test.ts',
  'workflows/canary/canary-step.test.ts',
];
const root = join(import.meta.dirname, '../..');
for (const file of longest)
  if (!existsSync(join(root, file)))
    throw new Error(`tests/support/longest-first.mjs names ${file}, which is not there.`);

const placeOf = ({ path }) => {
  const place = longest.indexOf(relative(root, path));
  return place === -1 ? longest.length : place;
};

export default class extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((a, b) => placeOf(a) - placeOf(b));
  }
}
