import { readStableWatch } from '../../config-store/stable-watch/read-stable-watch.ts';
import {
  readStableWatchAnswers,
  readStableWatchHeard,
  readStableWatchSpend,
} from '../../config-store/stable-watch/stable-watch-answers.ts';
import {
  closeStableWatchRun,
  openStableWatchRun,
} from '../../config-store/stable-watch/stable-watch-runs.ts';
import { stableWatchSettingsSchema } from '../../domain/stable-watch/stable-watch.ts';
import { nextQuestions } from '../../evals/watch/watched-cases.ts';
import { readingOf, type HeardModels, type WatchReading } from '../../evals/watch/watch-reading.ts';
import { createSharedSandboxes, type SharedSandboxes } from '../../sandbox/shared-sandboxes.ts';
import { admittedJudges, judgingOf } from '../evaluation/judges.ts';
import type { CallingParts } from '../evaluation/make-calls.ts';
import { asJson } from '../evaluation/stored-gate.ts';
import { beatWhile } from '../looks/beat-while.ts';
import { withFailures } from '../looks/failures.ts';
import { askRound, type AskingParts } from './ask-round.ts';
import type { StableWatchActivities } from './contract.ts';
import { criticalCases, watchedPlan, watchedStable, type WatchedStable } from './watched-stable.ts';

export interface StableWatchDependencies {
  /** How stable is asked; without a gateway of production it cannot be. */
  readonly asking: Omit<AskingParts, 'gateway'> & { readonly gateway: AskingParts['gateway'] | undefined };
  /** How judges are asked of its answers: as in an evaluation. */
  readonly judges: Pick<CallingParts, 'gateway' | 'binding' | 'patience'>;
}

type Watching = StableWatchDependencies & { readonly sandboxes: SharedSandboxes };

const noGateway = 'the evaluation worker knows no gateway of production: SLUICE_PRODUCTION_GATEWAY_URL';

/** Asks stable's critical cases while nothing is released (DESIGN section 2, sentinel). */
export function createStableWatchActivities(given: StableWatchDependencies): StableWatchActivities {
  const parts: Watching = { ...given, sandboxes: createSharedSandboxes() };
  const { db } = parts.asking;
  return withFailures<StableWatchActivities>({
    async openStableWatch({ app, runId, askedBy }) {
      const opened = await openStableWatchRun(db, { app, id: runId, askedBy });
      return opened.kind === 'skipped' ? opened : { kind: 'opened' };
    },
    askStable: ({ runId }) =>
      beatWhile(async (signal) => {
        const cutShort = await ask(parts, await watchedStable(db, runId), signal);
        return cutShort === undefined ? {} : { cutShort };
      }),
    async closeStableWatch({ runId, cutShort }) {
      const watched = await watchedStable(db, runId);
      const { outcome, says, targets } = await read(parts, watched, cutShort);
      await closeStableWatchRun(db, { id: runId, outcome, says, targets: asJson(targets) });
      return { outcome, says };
    },
  });
}

/** Returns why not everything was asked that should have been. */
async function ask(
  parts: Watching,
  watched: WatchedStable,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { db, gateway } = parts.asking;
  const { run, subject } = watched;
  if (gateway === undefined) return noGateway;
  return parts.sandboxes.use(run.id, async (sandbox) => {
    const cases = criticalCases(watched, { sandbox, judging: await judging(parts) });
    if (cases.size === 0) return noCases(subject.suites.length);
    for (;;) {
      signal.throwIfAborted();
      const items = nextQuestions(watchedPlan(watched, cases), await readStableWatchAnswers(db, run.id));
      if (items.length === 0) return undefined;
      const spent = await overBudget(parts, run.app, items.length);
      if (spent !== undefined) return spent;
      await askRound({ ...parts.asking, gateway }, { watched, cases, items, signal });
    }
  });
}

function noCases(suites: number): string {
  const what = suites === 0 ? 'stable has no suites' : 'no case of stable’s suites is critical';
  return `${what}: there is nothing to ask it`;
}

async function overBudget({ asking }: Watching, app: string, calls: number): Promise<string | undefined> {
  const { callsPerDay, usdPerDay } =
    (await readStableWatch(asking.db, app)) ?? stableWatchSettingsSchema.parse({});
  const spent = await readStableWatchSpend(asking.db, app);
  if (spent.calls + calls > callsPerDay)
    return `the day’s budget is used up: ${spent.calls} of ${callsPerDay} calls in 24 hours, ${calls} more to ask`;
  return usdPerDay !== undefined && spent.costUsd >= usdPerDay
    ? `the day’s budget is used up: ${spent.costUsd.toFixed(2)} of ${usdPerDay} US dollars in 24 hours`
    : undefined;
}

async function judging({ asking: { db }, judges }: Watching) {
  return judgingOf({ db, ...judges }, await admittedJudges(db, judges.binding));
}

async function read(
  parts: Watching,
  watched: WatchedStable,
  cutShort: string | undefined,
): Promise<WatchReading> {
  const { db } = parts.asking;
  const { run, chain } = watched;
  const answers = await readStableWatchAnswers(db, run.id);
  if (answers.length === 0) return { outcome: 'unclear', says: cutShort ?? 'nothing was asked', targets: [] };
  const cases = await parts.sandboxes.use(run.id, async (sandbox) =>
    criticalCases(watched, { sandbox, judging: await judging(parts) }),
  );
  const rows = await readStableWatchHeard(db, { app: run.app, runId: run.id });
  const heard = (target: number): HeardModels => {
    const own = rows.filter((row) => row.target === chain[target]);
    const names = (kind: string, which: (row: (typeof rows)[number]) => boolean): string[] =>
      own.filter((row) => row.kind === kind && which(row)).map(({ name }) => name);
    return {
      models: names('model', ({ now }) => now),
      fingerprints: names('fingerprint', ({ now }) => now),
      before: names('model', ({ first }) => !first),
    };
  };
  return readingOf(watchedPlan(watched, cases), answers, { heard, cutShort });
}
