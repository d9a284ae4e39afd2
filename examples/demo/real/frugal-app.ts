import { join } from 'node:path';
import { isMap, isSeq } from 'yaml';
import { editYaml } from '../edit-yaml.ts';

const keptCases = 30;

/** How many requests each step of the canary waits for: at two requests a second, 5 % of them are six a minute. */
const minExposures = [5, 10, 10];

/**
 * Makes a laid-out app cheap enough for real providers: fewer cases and pairs, with the wider margins that fewer can
 * bear out, and steps that wait longer for fewer requests. Critical cases all stay.
 */
export function makeFrugal(directory: string): void {
  editYaml(join(directory, 'evals', 'intents.yaml'), (suite) => {
    const tests: unknown = suite.get('tests');
    if (!isSeq(tests)) return;
    const isCritical = (test: unknown) => isMap(test) && test.get('critical') === true;
    const ordinary = tests.items.filter((test) => !isCritical(test));
    const step = Math.max(1, ordinary.length / keptCases);
    const kept = ordinary.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
    tests.items = [...tests.items.filter(isCritical), ...kept];
  });
  editYaml(join(directory, 'sluice.yaml'), (spec) => {
    spec.setIn(['evaluate', 'gate', 'margin'], 0.25);
    spec.setIn(['mirror', 'samples'], 20);
    spec.setIn(['mirror', 'minPairs'], 15);
    spec.setIn(['mirror', 'margin'], 0.4);
    spec.setIn(['plans', 'demo', 'maxHold'], '4m');
    for (const [i, count] of minExposures.entries())
      spec.setIn(['plans', 'demo', 'steps', i, 'minExposures'], count);
  });
}
