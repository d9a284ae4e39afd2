import type { TimelineEntry } from '../../api/types.ts';
import { Panel } from '../../parts/panel.tsx';
import { When } from '../../parts/when.tsx';
import styles from './panels.module.css';

/** What has happened, the newest first. */
export function Timeline({ entries }: { readonly entries: readonly TimelineEntry[] }) {
  return (
    <Panel title="Timeline">
      <ol className={styles.timeline} tabIndex={0} aria-label="What has happened, newest first">
        {entries.map(({ at, says, who }) => (
          <li key={`${at} ${says}`}>
            <span className={styles.muted}>
              <When iso={at} />
            </span>
            <span>
              {says}
              {who !== undefined && <span className={styles.muted}> · {who}</span>}
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
