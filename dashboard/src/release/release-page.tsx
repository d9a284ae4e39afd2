import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { ApiProblem } from '../api/client.ts';
import { releaseQuery, type Read } from '../api/queries.ts';
import type { ReleaseView } from '../api/types.ts';
import { useLiveRow } from '../live/live-context.ts';
import { Asked } from '../parts/asked.tsx';
import { Empty } from '../parts/empty.tsx';
import { useSession } from '../session/session-context.ts';
import { Overview } from './overview.tsx';
import { Rail } from './rail.tsx';
import { ReleaseHead } from './release-head.tsx';
import styles from './release-page.module.css';
import { ReleaseTabs } from './release-tabs.tsx';
import type { ReleaseTabProps } from './tab-props.ts';

const EvaluationTab = lazy(() => import('../evaluation/evaluation-tab.tsx'));
const MirrorTab = lazy(() => import('../mirror/mirror-tab.tsx'));
const ExplanationTab = lazy(() => import('./explanation-tab.tsx'));

const route = getRouteApi('/r/$id');

function OpenTab({ view, search }: ReleaseTabProps) {
  switch (search.tab ?? 'overview') {
    case 'overview':
      return <Overview view={view} search={search} />;
    case 'evaluation':
      return <EvaluationTab view={view} search={search} />;
    case 'mirror':
      return <MirrorTab view={view} search={search} />;
    case 'explanation':
      return <ExplanationTab view={view} search={search} />;
  }
}

function Release({ view, search }: ReleaseTabProps & { readonly view: Read<ReleaseView> }) {
  const { row, heardMs, isStale } = useLiveRow({ row: view.row, heardMs: view.askedMs });
  return (
    <div className={styles.page} data-stale={isStale}>
      <ReleaseHead view={view} row={row} heardMs={heardMs} isStale={isStale} />
      <Rail stages={view.rail} isStale={isStale} />
      <ReleaseTabs id={row.id} search={search} />
      <Suspense>
        <OpenTab view={view} search={search} />
      </Suspense>
    </div>
  );
}

/** A release: how it is and why, what it has shown so far, and what one may do with it. */
export function ReleasePage() {
  const { id } = route.useParams();
  const search = route.useSearch();
  const { api } = useSession();
  const query = useQuery(releaseQuery(api, id));
  if (query.error instanceof ApiProblem && query.error.status === 404) {
    return <Empty command="sluice release list">There is no release {id} here.</Empty>;
  }
  return <Asked query={query}>{(view) => <Release view={view} search={search} />}</Asked>;
}
