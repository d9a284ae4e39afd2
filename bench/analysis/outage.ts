// STATISTICS section 2: every request of the candidate fails; weight 5 %, 10 requests a second, base 1 %, alpha 5/6 %.
import { createBadEventTest } from '../../analysis/guardrails/bad-event-test.ts';
import { repeat, runCanary } from './canary-traffic.ts';
import { createRandom, quantile } from './random.ts';

const random = createRandom(14);
for (const seconds of [1, 2, 5, 10, 30]) {
  const plan = { weight: 0.05, requests: 10 * seconds, candidateRate: 1, stableRate: 0.01 };
  const alarms = repeat(2000, () =>
    runCanary({
      random,
      test: createBadEventTest({ ratio: 1.25, floor: 0.0005, totalHoldMs: Infinity }),
      logThreshold: Math.log(120),
      looks: 1000,
      plan: () => plan,
    }),
  );
  const requests = alarms.map(({ candidateRequests }) => candidateRequests);
  const within20 = alarms.filter(({ looks }) => looks * seconds <= 20).length / alarms.length;
  const after =
    quantile(
      alarms.map(({ looks }) => looks),
      0.5,
    ) * seconds;
  console.log(
    `look every ${seconds} s: ${quantile(requests, 0.5)} requests (95 %: ${quantile(requests, 0.95)}), ` +
      `${after} s, within 20 s ${(100 * within20).toFixed(0)} %`,
  );
}
