/** Something that the journey claims, and whether it held. */
export interface DemoCheck {
  readonly step: number;
  readonly claim: string;
  readonly held: boolean;
  /** What was seen: figures, with units. */
  readonly seen: string;
}

export interface Checks {
  /** Records a claim; it held only if `held` is exactly true. */
  claim(claim: string, held: boolean, seen: string): void;
  all(): readonly DemoCheck[];
}

/** Keeps the claims of a journey; `onClaim` is told of each at once. */
export function createChecks(step: () => number, onClaim: (check: DemoCheck) => void): Checks {
  const checks: DemoCheck[] = [];
  return {
    claim(claim, held, seen) {
      const check = { step: step(), claim, held, seen };
      checks.push(check);
      onClaim(check);
    },
    all: () => checks,
  };
}
