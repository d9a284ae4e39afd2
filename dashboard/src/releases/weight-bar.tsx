import type { ReleaseLine } from '../api/types.ts';
import styles from './weight-bar.module.css';

interface WeightBarProps {
  readonly weight: ReleaseLine['weight'];
  readonly step: ReleaseLine['step'];
  /** It is the share of the audience, which alone has the candidate. */
  readonly isAudience?: boolean;
  readonly isOpen: boolean;
}

/** The candidate's share: as it is set, and as gateways serve it where that is something else. */
export function WeightBar({ weight: { set, served }, step, isAudience = false, isOpen }: WeightBarProps) {
  if (!isOpen) return <span className={styles.over}>–</span>;
  return (
    <span className={styles.weight}>
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" className={styles.bar} aria-hidden="true">
        <rect width="100" height="8" className={styles.stable} />
        <rect width={served ?? set} height="8" className={styles.candidate} />
      </svg>
      <span>
        {set} %{isAudience && ' of its audience'}
        {step !== undefined && (
          <span className={styles.over}>
            {' '}
            · step {step.number} of {step.of}
          </span>
        )}
      </span>
      {served !== set && (
        <span className={styles.differs}>
          ! {served === null ? 'gateways disagree' : `${served} % served`}
        </span>
      )}
    </span>
  );
}
