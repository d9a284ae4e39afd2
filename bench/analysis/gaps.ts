// Decision record 0019: gateways die while the candidate is exactly at the margin, and what they had not settled is lost. Is the
// test still valid where that is dropped in both arms by start time, and what would it be if it were counted as bad?
import { createBadEventTest } from '../../analysis/guardrails/bad-event-test.ts';
import { createRandom, type Random } from './random.ts';

const looks = 400;
const requestsPerLook = 100;
const gateways = 4;
const holdMs = 2 * 60 * 60_000;

interface World {
  weight: number;
  ratio: number;
  stableRate: number;
  /** The chance that a gateway dies in a look; the candidate's own errors may bring it about. */
  deaths: number;
  /** How many times likelier a gateway dies in a look in which a candidate's request of its own was bad. */
  provoked: number;
  /** What becomes of requests that a dead gateway had not settled. */
  lost: 'dropped' | 'bad';
}

/** Share of runs, in per cent, in which the test alarms at 5 % though the candidate is at the margin. */
function alarms(seed: number, runs: number, world: World): number {
  const random = createRandom(seed);
  let count = 0;
  for (let run = 0; run < runs; run++) if (alarmsOnce(random, world)) count++;
  return (100 * count) / runs;
}

function alarmsOnce(random: Random, world: World): boolean {
  const test = createBadEventTest({ ratio: world.ratio, floor: 0, totalHoldMs: holdMs });
  for (let look = 0; look < looks; look++) {
    const counts = { candidateExposed: 0, candidateBad: 0, stableExposed: 0, stableBad: 0 };
    for (let gateway = 0; gateway < gateways; gateway++) addGateway(random, world, counts);
    test.observe({ splitVersion: 1, elapsedMs: holdMs / looks, ...counts });
    if (test.logE() >= Math.log(20)) return true;
  }
  return false;
}

/** A gateway's requests of one look; where it dies, the newest fifth to all of them was not settled, in both arms alike. */
function addGateway(
  random: Random,
  { weight, ratio, stableRate, deaths, provoked, lost }: World,
  counts: { candidateExposed: number; candidateBad: number; stableExposed: number; stableBad: number },
): void {
  const all = requestsPerLook / gateways;
  const arms = Array.from({ length: all }, () => random.uniform() < weight);
  const bad = arms.map((isCandidate) => random.uniform() < (isCandidate ? ratio * stableRate : stableRate));
  const chance = arms.some((isCandidate, i) => isCandidate && bad[i] === true) ? deaths * provoked : deaths;
  const dies = random.uniform() < chance;
  const settled = dies ? Math.floor(all * 0.8 * random.uniform()) : all;
  for (const [i, isCandidate] of arms.entries()) {
    if (i >= settled && lost === 'dropped') continue;
    const isBad = i >= settled ? true : bad[i] === true;
    counts[isCandidate ? 'candidateExposed' : 'stableExposed'] += 1;
    // Counting what is lost as bad did so for the candidate alone: its release ended.
    if (isBad && (isCandidate || i < settled)) counts[isCandidate ? 'candidateBad' : 'stableBad'] += 1;
  }
}

const runs = 400;
for (const stableRate of [0.01, 0.05, 0.2]) {
  for (const weight of [0.05, 0.25, 0.5]) {
    for (const provoked of [1, 10]) {
      const world = { weight, ratio: 1.25, stableRate, deaths: 0.02, provoked };
      const dropped = alarms(31, runs, { ...world, lost: 'dropped' });
      const none = alarms(31, runs, { ...world, deaths: 0, lost: 'dropped' });
      const bad = alarms(31, runs, { ...world, lost: 'bad' });
      console.log(
        `stable ${stableRate * 100} %, weight ${weight * 100} %, deaths ${provoked === 1 ? 'by themselves' : 'ten times likelier after a bad answer'}: ` +
          `dropped ${dropped.toFixed(1)} %, without gaps ${none.toFixed(1)} %, counted as bad ${bad.toFixed(1)} %`,
      );
    }
  }
}
