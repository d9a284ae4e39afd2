// DESIGN section 7, relative latency: how often equal arms are taken back, and how soon slower candidates are; alpha 5 %
// shared by four guardrails. Answer times are log-normal (median 0.8 s, p99 4 times that), subjects have their own.
import { runLatency } from './latency-traffic.ts';
import { repeat } from './canary-traffic.ts';
import { createRandom, quantile } from './random.ts';

const random = createRandom(41);
const runs = 200;

for (const [subjects, subjectSd] of [
  [200, 0.4],
  [2_000, 0.4],
  [20_000, 0],
] as const) {
  for (const weight of subjects === 2_000 ? [0.05, 0.5] : [0.05]) {
    for (const [times, slower] of [
      [1.5625, 1],
      [1.25, 1],
      [1.5625, 1.5],
      [1.25, 1.5],
      [1.5625, 2],
      [1.5625, 3],
      [1.5625, 45],
    ] as const) {
      const looks = 150;
      const found = repeat(runs, () =>
        runLatency({ random, slower, times, weight, subjects, subjectSd, looks }),
      );
      const share = ((100 * found.length) / runs).toFixed(1);
      const median = found.length === 0 ? '-' : quantile(found, 0.5);
      console.log(
        `${subjects} subjects, sd ${subjectSd}, w ${weight}, times ${times}, x${slower}: ${share} %, ${median}`,
      );
    }
  }
}
