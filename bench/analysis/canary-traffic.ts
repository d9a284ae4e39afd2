import type { EvidenceProcess } from '../../analysis/guardrails/bad-event-test.ts';
import type { Random } from './random.ts';

/** What one look of a simulated canary measures. */
export interface LookPlan {
  weight: number;
  requests: number;
  candidateRate: number;
  stableRate: number;
  splitVersion?: number;
  elapsedMs?: number;
}

export interface CanaryRun {
  random: Random;
  test: Pick<EvidenceProcess, 'observe' | 'logE'>;
  logThreshold: number;
  looks: number;
  /** The plan of a look, by its number from 0. */
  plan: (look: number) => LookPlan;
}

export interface Alarm {
  /** Number of looks up to the alarm. */
  looks: number;
  requests: number;
  candidateRequests: number;
}

/** Runs a canary look by look until the evidence reaches the threshold; undefined where it never does. */
export function runCanary({ random, test, logThreshold, looks, plan }: CanaryRun): Alarm | undefined {
  let requests = 0;
  let candidateRequests = 0;
  for (let look = 0; look < looks; look++) {
    const { weight, requests: n, candidateRate, stableRate, splitVersion = 1, elapsedMs = 0 } = plan(look);
    const candidateExposed = random.binomial(n, weight);
    const stableExposed = n - candidateExposed;
    const candidateBad = random.binomial(candidateExposed, candidateRate);
    const stableBad = random.binomial(stableExposed, stableRate);
    test.observe({ splitVersion, candidateExposed, candidateBad, stableExposed, stableBad, elapsedMs });
    requests += n;
    candidateRequests += candidateExposed;
    if (test.logE() >= logThreshold) return { looks: look + 1, requests, candidateRequests };
  }
  return undefined;
}

/** The results of `runs` runs, of which each may be undefined. */
export function repeat<T>(runs: number, run: () => T | undefined): T[] {
  return Array.from({ length: runs }, run).filter((result) => result !== undefined);
}
