// STATISTICS section 9: the split check with looks every 100 new subjects, 360 looks, weight 5 %.
import { checkSplit } from '../../analysis/guardrails/split-check.ts';
import { repeat } from './canary-traffic.ts';
import { createRandom, quantile } from './random.ts';

const random = createRandom(18);
const weight = 0.05;

/** New subjects until the split is found to be wrong, when this share of the candidate's subjects is not counted. */
function subjectsToFind(lost: number): number | undefined {
  let [candidateSubjects, stableSubjects] = [0, 0];
  for (let look = 1; look <= 360; look++) {
    const candidate = random.binomial(100, weight);
    candidateSubjects += random.binomial(candidate, 1 - lost);
    stableSubjects += 100 - candidate;
    if (!checkSplit({ weight, candidateSubjects, stableSubjects }).agrees) return 100 * look;
  }
  return undefined;
}

for (const lost of [0, 0.1, 0.3, 1]) {
  const runs = 2000;
  const found = repeat(runs, () => subjectsToFind(lost));
  const share = ((100 * found.length) / runs).toFixed(1);
  console.log(
    `${lost * 100} % of the candidate lost: found in ${share} %, median ${quantile(found, 0.5)} subjects`,
  );
}
