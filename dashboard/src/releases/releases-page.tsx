import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { boardQuery, type BoardSearch } from '../api/queries.ts';
import type { ReleaseBoard } from '../api/types.ts';
import { Asked } from '../parts/asked.tsx';
import { Empty } from '../parts/empty.tsx';
import { useSession } from '../session/session-context.ts';
import { Filters } from './filters.tsx';
import { ReleaseTable } from './release-table.tsx';
import styles from './releases-page.module.css';

const route = getRouteApi('/');

function NothingListed({ filter }: { readonly filter: BoardSearch }) {
  if (Object.keys(filter).length === 0) {
    return (
      <Empty command="sluice release start">Nothing has been released yet. In the folder of an app:</Empty>
    );
  }
  return (
    <Empty>
      No release is like this. <Link to="/">Show all</Link>
    </Empty>
  );
}

function Pages({ page, pages }: { readonly page: number; readonly pages: number }) {
  if (pages <= 1) return null;
  const to = (next: number) => (search: BoardSearch) => ({ ...search, page: next === 1 ? undefined : next });
  return (
    <nav aria-label="Pages of the list" className={styles.pages}>
      {page > 1 && (
        <Link to="/" search={to(page - 1)}>
          ← Newer
        </Link>
      )}
      <span>
        Page {page} of {pages}
      </span>
      {page < pages && (
        <Link to="/" search={to(page + 1)}>
          Older →
        </Link>
      )}
    </nav>
  );
}

function NeedYou({ board, filter }: { readonly board: ReleaseBoard; readonly filter: BoardSearch }) {
  if (filter.needs === 'me' || board.needYou === 0) return null;
  return (
    <p className={styles.needs}>
      ! {board.needYou} {board.needYou === 1 ? 'release needs' : 'releases need'} you.{' '}
      <Link to="/" search={{ needs: 'me' }}>
        Show {board.needYou === 1 ? 'it' : 'these'}
      </Link>
    </p>
  );
}

/** All releases, those that need whoever looks first. */
export function ReleasesPage() {
  const filter = route.useSearch();
  const { api } = useSession();
  const query = useQuery({ ...boardQuery(api, filter), placeholderData: keepPreviousData });
  return (
    <>
      <title>Releases · Sluice</title>
      <div className={styles.head}>
        <h1>Releases</h1>
        <Filters filter={filter} />
      </div>
      <Asked query={query}>
        {(board) => (
          <>
            <NeedYou board={board} filter={filter} />
            {board.items.length === 0 ? (
              <NothingListed filter={filter} />
            ) : (
              <ReleaseTable rows={board.items} heardMs={board.askedMs} />
            )}
            <Pages page={board.page} pages={board.pages} />
            <p className={styles.total} role="status">
              {board.total} {board.total === 1 ? 'release' : 'releases'}
            </p>
          </>
        )}
      </Asked>
    </>
  );
}
