import type { Pool } from 'pg';
import type { z } from 'zod';
import { listClosedBoard } from '../../config-store/dashboard/list-board.ts';
import { isOpen, openStates, outcomes } from '../../domain/release/release.ts';
import type { ApiCaller } from '../auth/authenticate.ts';
import type { boardQuerySchema, ReleaseBoard, ReleaseLine } from '../schemas/dashboard/releases.ts';
import { openFacts } from './facts.ts';
import { rowOf } from './row-of.ts';

/** Of a page. */
const pageSize = 50;

type Asked = z.output<typeof boardQuerySchema>;

function statesOf(state: Asked['state']): readonly string[] | undefined {
  if (state === 'open') return openStates;
  if (state === 'closed') return outcomes;
  return state === undefined ? undefined : [state];
}

/** A page of releases: what needs whoever asks, then what needs somebody, then what is open, then the newest. */
export async function boardOf(db: Pool, asked: Asked, caller: ApiCaller): Promise<ReleaseBoard> {
  const states = statesOf(asked.state);
  const filter = { app: asked.app, apps: caller.apps, environment: asked.environment };
  const all = (await openFacts(db, { apps: caller.apps })).map((facts) => rowOf(facts, caller));
  const open = all.filter((row) => holds(row, { ...asked, states })).sort(byNeed);
  const from = (asked.page - 1) * pageSize;
  const first = open.slice(from, from + pageSize);
  const closed =
    asked.needs === 'me'
      ? { items: [], total: 0 }
      : await listClosedBoard(db, {
          ...{ ...filter, states, limit: pageSize - first.length },
          offset: Math.max(0, from - open.length),
        });
  const total = open.length + closed.total;
  return {
    at: new Date().toISOString(),
    items: [...first, ...closed.items.map((row) => rowOf({ row }, caller))],
    page: asked.page,
    pages: Math.max(1, Math.ceil(total / pageSize)),
    total,
    needYou: all.filter(({ needsYou }) => needsYou).length,
  };
}

function holds(
  { app, environment, state, needsYou }: ReleaseLine,
  asked: Asked & { readonly states: readonly string[] | undefined },
): boolean {
  return (
    isOpen(state) &&
    (asked.app ?? app) === app &&
    (asked.environment ?? environment) === environment &&
    asked.states?.includes(state) !== false &&
    (asked.needs === undefined || needsYou)
  );
}

function byNeed(a: ReleaseLine, b: ReleaseLine): number {
  return rankOf(b) - rankOf(a) || b.createdAt.localeCompare(a.createdAt);
}

function rankOf({ needsYou, needs, tone }: ReleaseLine): number {
  if (needsYou) return 3;
  if (needs.length > 0) return 2;
  return tone === 'running' ? 0 : 1;
}
