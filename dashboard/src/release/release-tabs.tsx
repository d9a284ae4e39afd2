import { Link } from '@tanstack/react-router';
import { releaseTabs, type ReleaseSearch, type ReleaseTab } from './release-search.ts';
import styles from './release-tabs.module.css';

const titles: Readonly<Record<ReleaseTab, string>> = {
  overview: 'Overview',
  evaluation: 'Evaluation',
  mirror: 'Mirror',
  explanation: 'Why',
};

/** The parts of a release's page, each with a link of its own. */
export function ReleaseTabs({ id, search }: { readonly id: string; readonly search: ReleaseSearch }) {
  const open = search.tab ?? 'overview';
  return (
    <nav aria-label="Parts of this release" className={styles.tabs} data-tabs>
      {releaseTabs.map((tab) => (
        <Link
          key={tab}
          to="/r/$id"
          params={{ id }}
          search={tab === 'overview' ? {} : { tab }}
          activeOptions={{ exact: true, includeSearch: false }}
          aria-current={tab === open ? 'page' : undefined}
          data-open={tab === open}
          data-key={tab === 'explanation' ? 'e' : undefined}
        >
          {titles[tab]}
        </Link>
      ))}
    </nav>
  );
}
