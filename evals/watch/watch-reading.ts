import type { StableWatchOutcome } from '../../domain/stable-watch/stable-watch.ts';
import { shortened } from '../../domain/text/shortened.ts';
import { targetState, type WatchedAnswer, type WatchedPlan } from './watched-cases.ts';

/** What one target was found to be. */
export interface WatchedTarget {
  /** `openai/gpt-5-mini` */
  readonly name: string;
  readonly outcome: StableWatchOutcome;
  readonly says: string;
  /** Critical cases that have failed at least once. */
  readonly failing: readonly string[];
  /** What its answers call the model, and the build of it where they do. */
  readonly models: readonly string[];
  readonly fingerprints: readonly string[];
  /** Those of `models` that it has never named before. */
  readonly newModels: readonly string[];
}

export interface WatchReading {
  readonly outcome: StableWatchOutcome;
  readonly says: string;
  readonly targets: readonly WatchedTarget[];
}

/** The models that a target has named, now and before. */
export interface HeardModels {
  readonly models: readonly string[];
  readonly fingerprints: readonly string[];
  readonly before: readonly string[];
}

const longest = 300;

/** What a run has found. `cutShort`: why not all was asked that should have been. */
export function readingOf(
  plan: WatchedPlan & { readonly chain: readonly string[] },
  answers: readonly WatchedAnswer[],
  {
    heard,
    cutShort,
  }: { readonly heard: (target: number) => HeardModels; readonly cutShort?: string | undefined },
): WatchReading {
  const targets = plan.chain.map((name, target) =>
    targetOf({ name, ...heard(target) }, targetState(plan, target, answers), cutShort),
  );
  const outcome = worstFirst.find((each) => targets.some((target) => target.outcome === each)) ?? 'unclear';
  const told = targets.filter((target) => target.outcome === outcome);
  const says =
    outcome === 'good'
      ? `${plan.caseIds.length} critical cases pass on ${plan.chain.length} of ${plan.chain.length} targets`
      : told.map(({ name, says: why }) => `${name}: ${why}`).join('; ');
  return { outcome, says: shortened(says, longest), targets };
}

const worstFirst: readonly StableWatchOutcome[] = ['broken', 'changed', 'unclear', 'good'];

function targetOf(
  { name, models, fingerprints, before }: HeardModels & { readonly name: string },
  state: ReturnType<typeof targetState>,
  cutShort: string | undefined,
): WatchedTarget {
  // The first run of all knows of none before.
  const newModels = before.length === 0 ? [] : models.filter((model) => !before.includes(model));
  const failing = state.kind === 'broken' ? state.failing : [];
  const known = { name, failing, models, fingerprints, newModels };
  if (state.kind === 'broken') return { ...known, outcome: 'broken', says: brokenBecause(state) };
  if (newModels.length > 0) {
    const says = `answers by ${newModels.join(', ')}, and has named ${before.join(', ')} until now`;
    return { ...known, outcome: 'changed', says };
  }
  if (state.kind === 'good') return { ...known, outcome: 'good', says: 'every critical case passes' };
  const why = state.kind === 'unclear' ? state.why : (cutShort ?? 'not all cases were asked');
  return { ...known, outcome: 'unclear', says: why };
}

function brokenBecause({ failing, dead }: { readonly failing: readonly string[]; readonly dead?: string }) {
  if (dead !== undefined) return `it answers nothing: ${dead}`;
  const shown = failing.slice(0, 3).join(', ');
  const more = failing.length > 3 ? ` and ${failing.length - 3} more` : '';
  return `critical cases fail: ${shown}${more}`;
}
