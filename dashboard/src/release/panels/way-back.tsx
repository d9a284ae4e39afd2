import type { ReleaseView, RollbackReadiness } from '../../api/types.ts';
import { Panel } from '../../parts/panel.tsx';
import { duration } from '../../words/ages.ts';
import styles from './panels.module.css';

interface ReadyLook {
  readonly glyph: string;
  readonly says: string;
  readonly tone: string | undefined;
}

export const readyLooks: Readonly<Record<RollbackReadiness['state'], ReadyLook>> = {
  ready: { glyph: '✔', says: 'ready: it has answered', tone: styles.good },
  untried: { glyph: '?', says: 'not tried within half an hour', tone: styles.attention },
  unknown: { glyph: '?', says: 'nothing of it answered, which may be an outage', tone: styles.attention },
  dead: { glyph: '✖', says: 'dead: every model, key or place of it is wrong', tone: styles.bad },
  none: { glyph: '∅', says: 'there is nothing to go back to', tone: styles.attention },
};

/** Where one press would go now, and whether that answers. */
export function WayBack({ view: { wayBack } }: { readonly view: Pick<ReleaseView, 'wayBack'> }) {
  if (wayBack === undefined) return null;
  const { state, to, ageMs, reason, skipped } = wayBack;
  const { glyph, says, tone } = readyLooks[state];
  return (
    <Panel title="Way back">
      <p>
        {to !== undefined && <strong>{to} </strong>}
        <span className={tone}>
          <span aria-hidden="true">{glyph}</span> {says}
        </span>
        {ageMs !== undefined && <span className={styles.muted}> · tried {duration(ageMs)} ago</span>}
      </p>
      {reason !== undefined && <p className={styles.muted}>{reason}</p>}
      {skipped.map(({ revision, reason: why }) => (
        <p key={revision} className={styles.muted}>
          passed over: {revision}, {why}
        </p>
      ))}
    </Panel>
  );
}
