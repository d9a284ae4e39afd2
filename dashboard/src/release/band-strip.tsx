import type { GuardrailTile } from '../api/types.ts';
import styles from './band-strip.module.css';
import { stripScale } from './strip-scale.ts';

interface BandStripProps {
  readonly difference: NonNullable<GuardrailTile['difference']>;
  readonly limit: number | undefined;
}

/** A difference with its band on a line that has zero and the limit on it. What it shows stands beside it in words. */
export function BandStrip({ difference: { estimate, lower, upper }, limit }: BandStripProps) {
  const x = stripScale([0, lower, upper, ...(limit === undefined ? [] : [limit])]);
  return (
    <svg viewBox="0 0 100 18" preserveAspectRatio="none" className={styles.strip} aria-hidden="true">
      <line x1="0" x2="100" y1="9" y2="9" className={styles.axis} />
      <line x1={x(0)} x2={x(0)} y1="3" y2="15" className={styles.zero} />
      <rect
        x={x(lower)}
        width={Math.max(0.5, x(upper) - x(lower))}
        y="5"
        height="8"
        className={styles.band}
      />
      <line x1={x(estimate)} x2={x(estimate)} y1="3" y2="15" className={styles.estimate} />
      {limit !== undefined && <line x1={x(limit)} x2={x(limit)} y1="0" y2="18" className={styles.limit} />}
    </svg>
  );
}
