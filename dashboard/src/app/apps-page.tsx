import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { appsQuery } from '../api/queries.ts';
import type { Active, App } from '../api/types.ts';
import { Asked } from '../parts/asked.tsx';
import { Empty } from '../parts/empty.tsx';
import { useSession } from '../session/session-context.ts';
import styles from './apps-page.module.css';

function servedText({ stable, candidate }: Active): string {
  const now = stable === undefined ? 'nothing is stable yet' : stable.label;
  if (candidate === undefined) return now;
  const { label, weight, audience } = candidate;
  const share = audience === undefined ? `${weight} %` : `${audience.set} % of its audience`;
  return `${now}, ${label} at ${share}`;
}

function AppRow({ app }: { readonly app: App }) {
  return (
    <tr>
      <th scope="row">
        <Link to="/apps/$app" params={{ app: app.name }} data-row>
          {app.name}
        </Link>
      </th>
      <td>
        {app.active.map((active) => (
          <p key={active.environment}>
            <span className={styles.muted}>{active.environment}</span> {servedText(active)}
          </p>
        ))}
      </td>
      <td>
        {app.openRelease === undefined ? (
          <span className={styles.muted}>none</span>
        ) : (
          <Link to="/r/$id" params={{ id: app.openRelease }}>
            ▶ {app.openRelease}
          </Link>
        )}
      </td>
    </tr>
  );
}

/** Every app, and what serves where. */
export default function AppsPage() {
  const { api } = useSession();
  const query = useQuery(appsQuery(api));
  return (
    <>
      <title>Apps · Sluice</title>
      <h1 className={styles.title}>Apps</h1>
      <Asked query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty command="sluice init my-app">There is no app yet.</Empty>
          ) : (
            <table className={styles.table}>
              <thead>
                <tr>
                  <th scope="col">App</th>
                  <th scope="col">Serves</th>
                  <th scope="col">Open release</th>
                </tr>
              </thead>
              <tbody>
                {items.map((app) => (
                  <AppRow key={app.name} app={app} />
                ))}
              </tbody>
            </table>
          )
        }
      </Asked>
    </>
  );
}
