import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReleaseLine, ReleaseView } from '../api/types.ts';
import { liveAgeMs } from '../live/freshness.ts';
import { useNow } from '../live/now.ts';
import { Button } from '../parts/button.tsx';
import { Mark } from '../parts/mark.tsx';
import { duration } from '../words/ages.ts';
import { needText, unsaid } from '../words/need-words.ts';
import { stateGlyphs } from '../words/state-words.ts';
import { Actions } from './actions/actions.tsx';
import styles from './release-head.module.css';

interface HeadProps {
  readonly view: ReleaseView;
  readonly row: ReleaseLine;
  readonly heardMs: number;
  readonly isStale: boolean;
}

function CopyLink() {
  const [isCopied, setCopied] = useState(false);
  if (!window.isSecureContext) return null;
  return (
    <Button
      onClick={() => {
        void navigator.clipboard.writeText(location.href).then(() => {
          setCopied(true);
        });
      }}
    >
      {isCopied ? 'Link copied' : 'Copy link'}
    </Button>
  );
}

/** How old what is known of an open release is; over 45 s that stands where the state stood. */
function LiveAge({ row, heardMs, isStale }: Omit<HeadProps, 'view'>) {
  const ageMs = liveAgeMs({ row, heardMs }, useNow());
  if (ageMs === undefined) return null;
  return isStale ? (
    <strong className={styles.stale}>! known {duration(ageMs)} ago</strong>
  ) : (
    <span className={styles.muted}>known {duration(ageMs)} ago</span>
  );
}

function Needs({ row }: { readonly row: ReleaseLine }) {
  return row.needs.map((need) => (
    <p key={need.says} className={styles.need}>
      {[needText(need), unsaid(need, row.sentence)].filter(Boolean).join(': ')}
    </p>
  ));
}

/** What it is, how it is in a sentence, and what one may do. */
export function ReleaseHead({ view, row, heardMs, isStale }: HeadProps) {
  return (
    <header className={styles.head}>
      <title>{`${row.app} ${row.label} · Sluice`}</title>
      <div className={styles.top}>
        <h1>
          <Link to="/apps/$app" params={{ app: row.app }}>
            {row.app}
          </Link>{' '}
          {row.label} → {row.environment}
        </h1>
        <Mark tone={row.tone} glyph={stateGlyphs[row.state]} word={row.word} isStale={isStale} />
        <LiveAge row={row} heardMs={heardMs} isStale={isStale} />
        <span className={styles.space} />
        <Actions view={view} row={row} />
        <CopyLink />
      </div>
      <p className={styles.sentence}>{row.sentence}</p>
      {/* Screen readers hear of stages, and not of every number that moves. */}
      <p role="status" className="unseen">
        {row.word}
        {row.stage !== undefined && `, ${row.stage}`}
      </p>
      <Needs row={row} />
      <p className={styles.muted}>
        <code>{row.id}</code> · plan {view.plan.name}
        {row.stableLabel !== undefined && ` · over ${row.stableLabel}`} · digest{' '}
        <code>{view.revision.slice(0, 12)}…</code>
      </p>
    </header>
  );
}
