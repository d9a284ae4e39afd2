import type { Active } from '../../api/schemas/active.ts';
import type { App } from '../../api/schemas/apps.ts';
import { guardLine } from '../output/describe-guard.ts';
import { alarmLines } from '../output/describe-stable-watch.ts';
import { followsLine } from '../output/describe-follows.ts';
import { readinessLine } from '../output/describe-readiness.ts';
import { done } from '../output/outcome.ts';
import { table } from '../output/style.ts';
import type { Command } from './context.ts';

export interface ActiveOptions {
  readonly app?: string;
  readonly environment: string;
}

function row(active: Active): string[] {
  const chain = (value: Active['stable']) =>
    value?.chain.map(({ provider, model }) => `${provider}/${model}`).join(' > ') ?? '';
  return [
    active.app,
    active.environment,
    active.stable?.label ?? '–',
    chain(active.stable),
    `v${active.version}`,
    candidateText(active.candidate),
  ];
}

/** The weight as it is set, and as it is served where that is another. */
function candidateText(candidate: Active['candidate']): string {
  if (candidate === undefined) return '';
  const { label, audience } = candidate;
  const { set: share, served } = audience ?? { set: candidate.weight, served: candidate.served };
  const differs = served !== undefined && served !== share;
  const now = served === null ? 'not everywhere' : `${served ?? 0} % served`;
  return `${label} at ${share} %${audience === undefined ? '' : ' of its audience'}${differs ? ` (${now})` : ''}`;
}

const heading = ['APP', 'ENVIRONMENT', 'ACTIVE', 'CHAIN', 'SPLIT', 'CANDIDATE'];

/** Shows the active value of an app, or of all: which revision serves, and through which chain. */
export const active: Command<ActiveOptions> = async (context, { app, environment }) => {
  if (app === undefined) {
    const { items } = await context.api().get<{ readonly items: App[] }>('/v1/apps');
    const rows = items.flatMap((each) => each.active.map(row));
    return done(rows.length === 0 ? 'No apps yet: sluice app create.' : table([heading, ...rows]), {
      apps: items,
    });
  }
  const query = new URLSearchParams({ environment });
  const value = await context
    .api()
    .get<Active>(`/v1/apps/${encodeURIComponent(app)}/active?${query.toString()}`);
  const follows = value.follows === undefined ? [] : [followsLine(value.follows)];
  const rollback = value.rollback === undefined ? [] : [readinessLine(value.rollback)];
  const guard = value.guard === undefined ? [] : [guardLine(value.guard)];
  const lines = [...guard, ...alarmLines(value), ...follows, ...rollback];
  return done([table([heading, row(value)]), ...lines].join('\n'), { active: value });
};
