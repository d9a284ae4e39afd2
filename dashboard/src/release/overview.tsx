import { Guardrails } from './guardrails.tsx';
import styles from './overview.module.css';
import { Changed } from './panels/changed.tsx';
import { Gateways } from './panels/gateways.tsx';
import { People } from './panels/people.tsx';
import { Timeline } from './panels/timeline.tsx';
import { TrafficPanel } from './panels/traffic-panel.tsx';
import { WayBack } from './panels/way-back.tsx';
import type { ReleaseTabProps } from './tab-props.ts';

/** What a release has shown so far on the left, what it is on the right. */
export function Overview({ view, search }: ReleaseTabProps) {
  return (
    <div className={styles.columns}>
      <div className={styles.column}>
        <Guardrails view={view} search={search} />
        <TrafficPanel view={view} search={search} />
      </div>
      <div className={styles.column}>
        <Changed changed={view.changed} />
        <WayBack view={view} />
        <Gateways view={view} />
        <People view={view} />
        <Timeline entries={view.timeline} />
      </div>
    </div>
  );
}
