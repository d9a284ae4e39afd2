import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { ApiProblem } from '../api/client.ts';
import { appQuery, type Read } from '../api/queries.ts';
import type { AppView } from '../api/types.ts';
import { Asked } from '../parts/asked.tsx';
import { Empty } from '../parts/empty.tsx';
import { Panel } from '../parts/panel.tsx';
import { ReleaseTable } from '../releases/release-table.tsx';
import { useSession } from '../session/session-context.ts';
import styles from './app-page.module.css';
import type { AppSearch } from './app-search.ts';
import { Compare } from './compare.tsx';
import { History } from './history.tsx';
import { Place } from './place.tsx';
import { PolicyPanel } from './policy-panel.tsx';
import { Revisions } from './revisions.tsx';

const route = getRouteApi('/apps/$app');

interface AppProps {
  readonly view: Read<AppView>;
  readonly search: AppSearch;
}

function Shown({ view, search }: AppProps) {
  const environment = search.environment ?? 'production';
  return (
    <div className={styles.page}>
      <div className={styles.places}>
        {view.places.map((place) => (
          <Place key={place.environment} place={place} />
        ))}
        <PolicyPanel app={view.name} policy={view.policy} queued={view.queued} />
      </div>
      <Compare app={view.name} search={search} />
      <div className={styles.halves}>
        <Revisions app={view.name} environment={environment} />
        <History app={view.name} environment={environment} />
      </div>
      <Panel title="Releases">
        {view.releases.length === 0 ? (
          <Empty command="sluice release start">No release of it yet.</Empty>
        ) : (
          <ReleaseTable rows={view.releases} heardMs={view.askedMs} />
        )}
      </Panel>
    </div>
  );
}

/** An app: what serves where, what was released, what its revisions are, and by which policy it goes. */
export default function AppPage() {
  const { app } = route.useParams();
  const search = route.useSearch();
  const { api } = useSession();
  const query = useQuery(appQuery(api, app));
  return (
    <>
      <title>{`${app} · Sluice`}</title>
      <h1 className={styles.title}>{app}</h1>
      {query.error instanceof ApiProblem && query.error.status === 404 ? (
        <Empty command="sluice init my-app">There is no app {app} here.</Empty>
      ) : (
        <Asked query={query}>{(view) => <Shown view={view} search={search} />}</Asked>
      )}
    </>
  );
}
