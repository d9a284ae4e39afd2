import { nameIn, pageIn, set } from '../releases/board-search.ts';

export const releaseTabs = ['overview', 'evaluation', 'mirror', 'explanation'] as const;
export type ReleaseTab = (typeof releaseTabs)[number];

const caseFilters = ['changed', 'failed', 'all', 'errors'] as const;

export interface ReleaseSearch {
  /** The overview where absent. */
  readonly tab?: ReleaseTab | undefined;
  /** The guardrail whose charts are shown; the one that matters most where absent. */
  readonly m?: string | undefined;
  /** Over what charts are drawn; time where absent. */
  readonly x?: 'requests' | undefined;
  /** Charts as tables. */
  readonly table?: 'yes' | undefined;
  /** Which cases the matrix shows; the changed ones where absent. */
  readonly show?: (typeof caseFilters)[number] | undefined;
  /** The case that is open. */
  readonly case?: string | undefined;
  readonly page?: number | undefined;
}

/** What is open on a release's page, as it stands in its link. */
export function releaseSearch(raw: Readonly<Record<string, unknown>>): ReleaseSearch {
  return set({
    tab: releaseTabs.find((tab) => tab === raw['tab'] && tab !== 'overview'),
    m: nameIn(raw['m']),
    x: raw['x'] === 'requests' ? ('requests' as const) : undefined,
    table: raw['table'] === 'yes' ? ('yes' as const) : undefined,
    show: caseFilters.find((filter) => filter === raw['show'] && filter !== 'changed'),
    case: typeof raw['case'] === 'string' && raw['case'] !== '' ? raw['case'] : undefined,
    page: pageIn(raw['page']),
  });
}
