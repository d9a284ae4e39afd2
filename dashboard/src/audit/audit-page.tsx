import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { AuditEntry } from '../api/types.ts';
import { Asked } from '../parts/asked.tsx';
import { Empty } from '../parts/empty.tsx';
import { When } from '../parts/when.tsx';
import { useSession } from '../session/session-context.ts';
import { auditQuery } from './audit-queries.ts';
import type { AuditSearch } from './audit-search.ts';
import styles from './audit.module.css';
import { ChainPanel } from './chain-panel.tsx';

const route = getRouteApi('/audit');

/** What an entry says beside who and what: as it was written down. */
function Details({ entry: { details } }: { readonly entry: AuditEntry }) {
  const said = Object.entries(details).filter(([, value]) => value !== null && value !== '');
  if (said.length === 0) return <span className={styles.muted}>–</span>;
  const text = said.map(
    ([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const all = text.join(' · ');
  if (all.length <= 160) return <>{all}</>;
  return (
    <details>
      <summary>{all.slice(0, 120)}…</summary>
      <pre className={styles.details}>{text.join('\n')}</pre>
    </details>
  );
}

function Row({ entry }: { readonly entry: AuditEntry }) {
  const { at, actor, action, app, environment, releaseId, position } = entry;
  return (
    <tr>
      <td className={styles.number}>
        {position ?? <span title="It has no place in the chain yet">waits</span>}
      </td>
      <td className={styles.when}>
        <When iso={at} />
      </td>
      <td>{actor}</td>
      <td>
        <code>{action}</code>
      </td>
      <td>
        {app !== undefined && (
          <Link to="/apps/$app" params={{ app }}>
            {app}
          </Link>
        )}
        {environment !== undefined && <span className={styles.muted}> {environment}</span>}
        {releaseId !== undefined && (
          <p>
            <Link to="/r/$id" params={{ id: releaseId }} data-row>
              {releaseId}
            </Link>
          </p>
        )}
      </td>
      <td className={styles.said}>
        <Details entry={entry} />
      </td>
    </tr>
  );
}

function Entries({ entries }: { readonly entries: readonly AuditEntry[] }) {
  return (
    <div className={styles.scroll} role="region" aria-label="Entries of the audit log" tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">No.</th>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col">Of what</th>
            <th scope="col">More</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <Row key={entry.id} entry={entry} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Filter({ search }: { readonly search: AuditSearch }) {
  const navigate = useNavigate();
  return (
    <input
      data-key="/"
      type="search"
      aria-label="App"
      placeholder="App"
      className={styles.filter}
      defaultValue={search.app ?? ''}
      onChange={({ target }) => {
        const app = target.value.trim();
        void navigate({ to: '/audit', search: app === '' ? {} : { app }, replace: true });
      }}
    />
  );
}

/** Who did what, the newest first, and whether the chain of it holds. */
export default function AuditPage() {
  const search = route.useSearch();
  const { api } = useSession();
  const query = useQuery({ ...auditQuery(api, search), placeholderData: keepPreviousData });
  return (
    <div className={styles.page}>
      <title>Audit · Sluice</title>
      <div className={styles.head}>
        <h1>Audit</h1>
        <Filter search={search} />
      </div>
      <ChainPanel />
      <Asked query={query}>
        {({ items, nextCursor }) => (
          <>
            {items.length === 0 ? (
              <Empty>Nothing like this was written down.</Empty>
            ) : (
              <Entries entries={items} />
            )}
            <nav aria-label="Pages of the log" className={styles.pages}>
              {search.cursor !== undefined && (
                <Link to="/audit" search={({ app }) => (app === undefined ? {} : { app })}>
                  ← Newest
                </Link>
              )}
              {nextCursor !== undefined && (
                <Link
                  to="/audit"
                  search={({ app }) => ({ ...(app === undefined ? {} : { app }), cursor: nextCursor })}
                >
                  Older →
                </Link>
              )}
            </nav>
          </>
        )}
      </Asked>
    </div>
  );
}
