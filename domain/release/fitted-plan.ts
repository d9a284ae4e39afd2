/** How a release is decided for so much traffic: by the mirror, by both, or by the canary in full. */
export type TrafficClass = 'mirror' | 'mixed' | 'full';

/** Requests a day below which a canary finds next to nothing, and below which it finds the coarse things alone. */
const mirrorBelow = 500;
const mixedBelow = 5_000;

export function trafficClassOf(requestsPerDay: number): TrafficClass {
  if (requestsPerDay < mirrorBelow) return 'mirror';
  return requestsPerDay < mixedBelow ? 'mixed' : 'full';
}

/** A plan's mirror and steps, as they stand in a file. */
export interface FittedPlan {
  readonly mirror: {
    readonly samples: number;
    readonly minPairs: number;
    readonly margin: number;
    readonly maxWait: string;
  };
  readonly steps: readonly {
    readonly weight: number;
    readonly hold: string;
    readonly minExposures: number;
  }[];
  readonly holdback: number;
  /** For how long the holdback goes on once the revision is stable. */
  readonly guard: string;
}

const dayMinutes = 24 * 60;
const leastMinutes = 10;
const mostMinutes = 2 * dayMinutes;
/** A guard is to see so many times what its last step has, within these. */
const guardSees = 4;
const [leastGuardMinutes, mostGuardMinutes] = [60, dayMinutes];

interface Shape {
  readonly mirror: FittedPlan['mirror'];
  /** Shares, each with the candidate's requests that its hold is to bring. */
  readonly steps: readonly (readonly [weight: number, exposures: number])[];
  readonly holdback: number;
}

/** With a few requests one half of them, then all: the last step leaves the holdback on stable while it is judged. */
const shapes: Readonly<Record<TrafficClass, Shape>> = {
  mirror: {
    mirror: { samples: 200, minPairs: 110, margin: 0.1, maxWait: '1d' },
    steps: [[100, 40]],
    holdback: 50,
  },
  mixed: {
    // So many show no worse by 5 points even where a tenth of the pairs differ by chance.
    mirror: { samples: 400, minPairs: 100, margin: 0.05, maxWait: '4h' },
    steps: [
      [25, 60],
      [100, 200],
    ],
    holdback: 25,
  },
  full: {
    mirror: { samples: 100, minPairs: 70, margin: 0.05, maxWait: '10m' },
    steps: [
      [5, 60],
      [25, 250],
      [100, 500],
    ],
    holdback: 5,
  },
};

/**
 * The mirror, the steps and the guard that suit so much traffic. A step is held until the candidate has had as many requests as find
 * a large fault, for two days at most; with few requests one half of them is the net under what the mirror has decided.
 */
export function fittedPlan(requestsPerDay: number): FittedPlan {
  const { mirror, steps, holdback } = shapes[trafficClassOf(requestsPerDay)];
  return {
    mirror,
    holdback,
    guard: holdText(guardMinutes(requestsPerDay, holdback, steps.at(-1)?.[1] ?? 0)),
    steps: steps.map(([weight, exposures]) => {
      const share = (weight === 100 ? 100 - holdback : weight) / 100;
      const minutes = (exposures / (Math.max(1, requestsPerDay) * share)) * dayMinutes;
      const held = Math.min(mostMinutes, Math.max(leastMinutes, minutes));
      const comes = Math.floor((requestsPerDay * share * held) / dayMinutes);
      return { weight, hold: holdText(held), minExposures: Math.max(1, Math.min(exposures, comes)) };
    }),
  };
}

function guardMinutes(requestsPerDay: number, holdback: number, exposures: number): number {
  const share = (100 - holdback) / 100;
  const minutes = ((guardSees * exposures) / (Math.max(1, requestsPerDay) * share)) * dayMinutes;
  return Math.min(mostGuardMinutes, Math.max(leastGuardMinutes, minutes));
}

/** Whole hours where they are, else minutes in fives. */
function holdText(minutes: number): string {
  const rounded = minutes > 120 ? Math.ceil(minutes / 60) * 60 : Math.ceil(minutes / 5) * 5;
  return rounded % 60 === 0 ? `${rounded / 60}h` : `${rounded}m`;
}
