import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { KnownRevision } from '../api/types.ts';
import { Asked } from '../parts/asked.tsx';
import { Empty } from '../parts/empty.tsx';
import { Panel } from '../parts/panel.tsx';
import { When } from '../parts/when.tsx';
import { useSession } from '../session/session-context.ts';
import styles from './app-page.module.css';
import { revisionsQuery } from './app-queries.ts';
import type { AppSearch } from './app-search.ts';

interface RevisionProps {
  readonly app: string;
  readonly revision: KnownRevision;
  readonly before: KnownRevision | undefined;
}

function Revision({ app, revision, before }: RevisionProps) {
  const { label, state, condemned, createdAt, createdBy } = revision;
  return (
    <li>
      <strong>{label}</strong>{' '}
      {condemned === undefined ? (
        <span className={styles.muted}>{state}</span>
      ) : (
        <span className={styles.bad}>
          ✖ marked bad by {condemned.actor}: {condemned.reason}
        </span>
      )}
      <span className={styles.muted}>
        {' '}
        · <When iso={createdAt} /> by {createdBy}
      </span>
      {before !== undefined && (
        <>
          {' · '}
          <Link
            to="/apps/$app"
            params={{ app }}
            search={(search: AppSearch) => ({ ...search, from: before.label, to: label })}
          >
            compare with {before.label}
          </Link>
        </>
      )}
    </li>
  );
}

interface RevisionsProps {
  readonly app: string;
  readonly environment: string;
}

/** An app's revisions, the newest first, and what became of each. */
export function Revisions({ app, environment }: RevisionsProps) {
  const { api } = useSession();
  const query = useQuery(revisionsQuery(api, app, environment));
  return (
    <Panel title="Revisions">
      <Asked query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>No revision is published yet.</Empty>
          ) : (
            <ol className={styles.list} tabIndex={0} aria-label="Revisions, newest first">
              {items.map((revision, i) => (
                <Revision key={revision.digest} app={app} revision={revision} before={items[i + 1]} />
              ))}
            </ol>
          )
        }
      </Asked>
    </Panel>
  );
}
