// STATISTICS section 5: stable never fails; how many failures take the candidate back, and how many clean requests
// show it to be below the floor.
import { badEventEvidence } from '../../analysis/guardrails/bad-event-test.ts';
import { logRatioBelowFloor, noWorseEvidence } from '../../analysis/guardrails/no-worse-test.ts';

function failuresToAlarm(weight: number, logThreshold: number): number {
  for (let bad = 0; ; bad++) {
    const look = {
      splitVersion: 1,
      candidateExposed: 1_000_000 * weight,
      candidateBad: bad,
      stableExposed: 1_000_000 * (1 - weight),
      stableBad: 0,
      elapsedMs: 0,
    };
    const { logE } = badEventEvidence([look], { ratio: 1.25, floor: 0, totalHoldMs: Infinity });
    if (logE >= logThreshold) return bad;
  }
}

function cleanRequests(logE: (exposed: number) => number): number {
  let exposed = 1;
  while (logE(exposed) < Math.log(20)) exposed++;
  return exposed;
}

for (const weight of [0.01, 0.05, 0.25, 0.5]) {
  const counts = [120, 20].map((threshold) => failuresToAlarm(weight, Math.log(threshold)));
  console.log(`weight ${weight * 100} %: ${counts[0]} failures at 5/6 %, ${counts[1]} at 5 %`);
}
for (const floor of [0.001, 0.005, 0.01]) {
  const single = cleanRequests((exposed) => logRatioBelowFloor(exposed, 0, floor, 0));
  const whole = cleanRequests((candidateExposed) => {
    const look = {
      splitVersion: 1,
      candidateExposed,
      candidateBad: 0,
      stableExposed: 1,
      stableBad: 0,
      elapsedMs: 0,
    };
    return noWorseEvidence([look], { tolerance: 2, floor }).logE;
  });
  console.log(
    `floor ${floor * 100} %: ${single} clean requests against rate 0 alone, ${whole} in the whole reverse test`,
  );
}
