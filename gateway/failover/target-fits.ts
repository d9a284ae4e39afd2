import { targetKey } from './target-key.ts';
import { lastingFit, type Fit } from '../../protocols/translation/fit.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';

const capacity = 1_000;

/** How targets have said that they want to be asked. */
export interface TargetFits {
  of(target: ResolvedTarget): Fit;
  learn(target: ResolvedTarget, fit: Fit): void;
}

const none: Fit = {};

/** Remembers the 1,000 targets that were learned of first, for as long as this process lives. */
export function createTargetFits(): TargetFits {
  const fits = new Map<string, Fit>();
  return {
    of: (target) => fits.get(targetKey(target)) ?? none,
    learn(target, fit) {
      const key = targetKey(target);
      if (Object.keys(lastingFit(fit)).length === 0) return;
      if (fits.has(key) || fits.size < capacity) fits.set(key, lastingFit(fit));
    },
  };
}
