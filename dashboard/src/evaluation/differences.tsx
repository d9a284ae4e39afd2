import type { EvaluationMatrix } from '../api/types.ts';
import styles from './differences.module.css';

type Differences = NonNullable<EvaluationMatrix['differences']>;

const points = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(100 * value).toFixed(1)} pt`;

/** The strip in a sentence: what somebody reads who does not see it. */
function saysOf({ each, of, mean }: Differences): string {
  const [worse, better] = [each.filter((one) => one < 0).length, each.filter((one) => one > 0).length];
  const share = each.length === 0 ? 0 : of / each.length;
  const counts = `${Math.round(worse * share)} worse, ${Math.round(better * share)} better, of ${of} cases that both were asked`;
  if (mean === undefined) return `Candidate minus stable, case by case: ${counts}.`;
  const { estimate, lower, upper } = mean;
  return `Candidate minus stable, case by case: ${counts}; together ${points(estimate)} [${points(lower)}, ${points(upper)}].`;
}

/** Every case as a bar, the candidate's worst on the left, and the difference of them all with its bounds across it. */
export function DifferenceStrip({ differences }: { readonly differences: Differences }) {
  const { each, mean } = differences;
  const most = Math.max(0.05, ...each.map(Math.abs), Math.abs(mean?.lower ?? 0), Math.abs(mean?.upper ?? 0));
  const y = (value: number) => 30 - (26 * value) / most;
  const width = 100 / each.length;
  const says = saysOf(differences);
  return (
    <figure className={styles.figure}>
      <svg
        viewBox="0 0 100 60"
        preserveAspectRatio="none"
        className={styles.strip}
        role="img"
        aria-label={says}
      >
        {each.map((value, i) => (
          <rect
            key={i}
            x={i * width}
            width={Math.max(0.1, width * 0.8)}
            y={Math.min(y(0), y(value))}
            height={Math.abs(y(value) - y(0))}
            className={value < 0 ? styles.worse : styles.better}
          />
        ))}
        {mean !== undefined && (
          <>
            <rect
              x="0"
              width="100"
              y={y(mean.upper)}
              height={y(mean.lower) - y(mean.upper)}
              className={styles.band}
            />
            <line x1="0" x2="100" y1={y(mean.estimate)} y2={y(mean.estimate)} className={styles.mean} />
          </>
        )}
        <line x1="0" x2="100" y1={y(0)} y2={y(0)} className={styles.zero} />
      </svg>
      <figcaption>{says}</figcaption>
    </figure>
  );
}
