import { useEffect } from 'react';
import { useFreshness } from '../live/live-context.ts';
import { duration } from '../words/ages.ts';
import styles from './live-badge.module.css';

/** How fresh everything is. It paints the page, too: without fresh data nothing of it is green. */
export function LiveBadge() {
  const freshness = useFreshness();
  const { kind } = freshness;
  useEffect(() => {
    document.documentElement.dataset['live'] = kind === 'live' ? 'live' : 'stale';
  }, [kind]);
  switch (kind) {
    case 'connecting':
      return <span className={styles.waiting}>◌ connecting</span>;
    case 'live':
      return <span className={styles.live}>● live {duration(freshness.ageMs)}</span>;
    case 'stale':
      return <span className={styles.stale}>! {ageText(freshness.ageMs)}</span>;
  }
}

function ageText(ageMs: number | undefined): string {
  return ageMs === undefined ? 'no data' : `data ${duration(ageMs)} old`;
}

/** Over all pages, while what they show may be true no more. */
export function StaleBar() {
  const freshness = useFreshness();
  if (freshness.kind !== 'stale') return null;
  const { ageMs } = freshness;
  return (
    <div role="status" className={styles.bar}>
      {ageMs === undefined
        ? '! Nothing has been heard of the API. '
        : `! Nothing has been heard for ${duration(ageMs)}: what is shown was so then. `}
      It is asked again every 5 seconds.
    </div>
  );
}
