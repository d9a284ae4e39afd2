import type {
  StableWatch,
  StableWatchRun,
  StartedStableWatch,
} from '../../api/schemas/watch/stable-watch.ts';
import { exitCodes, SluiceError } from '../../domain/errors.ts';
import type { StableWatchOutcome } from '../../domain/stable-watch/stable-watch.ts';
import { createPace } from '../http/pace.ts';
import { describeStableWatch, runLines, runsTable } from '../output/describe-stable-watch.ts';
import { done, type CommandOutcome } from '../output/outcome.ts';
import { moreHint } from './more-hint.ts';
import type { Command } from './context.ts';

const pathOf = (app: string): string => `/v1/apps/${encodeURIComponent(app)}/stable-watch`;

interface RunPage {
  readonly items: StableWatchRun[];
  readonly nextCursor?: string;
}

/** Shows how an app's stable revision is watched, and what its newest runs have found. */
export const stableWatchShow: Command<{
  readonly app: string;
  readonly limit: number;
  readonly cursor?: string;
}> = async (context, { app, limit, cursor }) => {
  const api = context.api();
  const query = new URLSearchParams({ limit: String(limit), ...(cursor === undefined ? {} : { cursor }) });
  const [watch, page] = await Promise.all([
    api.get<StableWatch>(pathOf(app)),
    api.get<RunPage>(`${pathOf(app)}/runs?${query.toString()}`),
  ]);
  const runs = page.items.length === 0 ? 'It has not run yet.' : runsTable(page.items);
  const text = `${describeStableWatch(watch)}\n\n${runs}${moreHint(`stable-watch show ${app}`, { limit }, page.nextCursor)}`;
  return done(text, { watch, runs: page });
};

export interface StableWatchSetOptions {
  readonly app: string;
  readonly off: boolean;
  readonly every?: string;
  readonly callsPerDay?: number;
  /** `none`: no longer held to a sum. */
  readonly usdPerDay?: number | 'none';
  readonly reason?: string;
}

/** Switches it on as said, with what is there already where nothing is said; or off. */
export const stableWatchSet: Command<StableWatchSetOptions> = async (context, options) => {
  const { app, off, every, callsPerDay, usdPerDay, reason } = options;
  const api = context.api();
  const before = await api.get<StableWatch>(pathOf(app));
  const most = usdPerDay === 'none' ? undefined : (usdPerDay ?? before.usdPerDay);
  const watch = await api.post<StableWatch>(pathOf(app), {
    enabled: !off,
    every: every ?? before.every,
    callsPerDay: callsPerDay ?? before.callsPerDay,
    ...(most === undefined ? {} : { usdPerDay: most }),
    ...(reason === undefined ? {} : { reason }),
  });
  return done(describeStableWatch(watch), { watch });
};

/** Lets releases go on in spite of an alarm; 17 where there is none that holds them. */
export const stableWatchLift: Command<{ readonly app: string; readonly reason?: string }> = async (
  context,
  { app, reason },
) => {
  if (reason === undefined)
    throw new SluiceError('usage', 'An alarm is lifted for a reason.', { remedy: 'Pass --reason "…".' });
  const api = context.api();
  const { alarm } = await api.get<StableWatch>(pathOf(app));
  const watch = await api.post<StableWatch>(`${pathOf(app)}/lift`, { reason });
  const text = describeStableWatch(watch);
  if (alarm?.holds === true) return done(text, { watch });
  return { ...done(text, { watch }), code: exitCodes.conflict, word: 'nothing_to_lift' };
};

const codesOf: Record<StableWatchOutcome, CommandOutcome['code']> = {
  good: exitCodes.done,
  changed: exitCodes.gateBlocked,
  broken: exitCodes.gateBlocked,
  unclear: exitCodes.inconclusive,
};

/** Asks stable now and waits for what is found: 11 where it is broken or changed, 12 where that is not clear. */
export const stableWatchRun: Command<{ readonly app: string; readonly timeout: number }> = async (
  context,
  { app, timeout },
) => {
  const api = context.api();
  const { run: id } = await api.post<StartedStableWatch>(`${pathOf(app)}/run`, {});
  context.tell(`${id}: asks what is stable`);
  const waitForNext = createPace(timeout);
  for (;;) {
    const { items } = await api.get<RunPage>(`${pathOf(app)}/runs?limit=20`);
    const run = items.find((each) => each.id === id);
    if (run?.outcome !== undefined) {
      return { ...done(runLines(run), { run }), code: codesOf[run.outcome], word: run.outcome };
    }
    if (await waitForNext()) continue;
    const text = run === undefined ? `${id} was not begun: does an evaluation worker run?` : runLines(run);
    return { code: exitCodes.watchTimedOut, word: 'watch_timed_out', json: { id, run }, text };
  }
};
