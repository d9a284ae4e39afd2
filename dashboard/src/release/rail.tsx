import type { RailStage } from '../api/types.ts';
import { useNow } from '../live/now.ts';
import { Mark } from '../parts/mark.tsx';
import { When } from '../parts/when.tsx';
import { duration } from '../words/ages.ts';
import { railLooks } from '../words/state-words.ts';
import styles from './rail.module.css';

/** How far a step is, by whatever is further from its end: the time that it has to hold, or the requests that it needs. */
function progressOf({ hold, requests }: RailStage): number | undefined {
  const parts = [
    ...(hold === undefined || hold.ofMs === 0 ? [] : [hold.heldMs / hold.ofMs]),
    ...(requests === undefined || requests.needed === 0 ? [] : [requests.candidate / requests.needed]),
  ];
  return parts.length === 0 ? undefined : Math.min(1, ...parts);
}

function Bar({ share }: { readonly share: number }) {
  return (
    <svg viewBox="0 0 100 6" preserveAspectRatio="none" className={styles.bar} aria-hidden="true">
      <rect width="100" height="6" className={styles.rest} />
      <rect width={100 * share} height="6" className={styles.done} />
    </svg>
  );
}

function StageFacts({ stage }: { readonly stage: RailStage }) {
  const { hold, requests, startedAt, endedAt, waitsFor, waitsUntil, decidesAt } = stage;
  const nowMs = useNow();
  if (endedAt !== undefined && startedAt !== undefined) {
    return <span>{duration(Date.parse(endedAt) - Date.parse(startedAt))}</span>;
  }
  return (
    <>
      {hold !== undefined && (
        <span>
          {duration(hold.heldMs)} of {duration(hold.ofMs)}
        </span>
      )}
      {requests !== undefined && (
        <span>
          {requests.candidate.toLocaleString('en')} of {requests.needed.toLocaleString('en')} requests
        </span>
      )}
      {hold === undefined && startedAt !== undefined && (
        <span>for {duration(nowMs - Date.parse(startedAt))}</span>
      )}
      {decidesAt !== undefined && (
        <span>
          decides <When iso={decidesAt} /> at the earliest
        </span>
      )}
      {waitsFor !== undefined && <span>waits for {waitsFor}</span>}
      {waitsUntil !== undefined && (
        <span>
          until <When iso={waitsUntil} /> at most
        </span>
      )}
    </>
  );
}

function Stage({ stage, isStale }: { readonly stage: RailStage; readonly isStale: boolean }) {
  const { glyph, tone } = railLooks[stage.state];
  const isOpen = stage.state === 'running' || stage.state === 'waiting';
  const share = isOpen ? progressOf(stage) : undefined;
  return (
    <li className={styles.stage} aria-current={isOpen ? 'step' : undefined}>
      <h2>{stage.title}</h2>
      <Mark tone={tone} glyph={glyph} word={stage.state} isStale={isStale && isOpen} />
      {share !== undefined && <Bar share={share} />}
      <div className={styles.facts}>
        <StageFacts stage={stage} />
      </div>
      {stage.summary !== undefined && <p className={styles.summary}>{stage.summary}</p>}
    </li>
  );
}

/** All stages of a release in their order: what has ended and how, what is on, and what is to come. */
export function Rail({
  stages,
  isStale,
}: {
  readonly stages: readonly RailStage[];
  readonly isStale: boolean;
}) {
  return (
    // Where it is wider than the window, arrow keys move it.
    <section aria-label="Stages of the release" className={styles.scroll} tabIndex={0}>
      <ol className={styles.rail}>
        {stages.map((stage) => (
          <Stage key={stage.stage} stage={stage} isStale={isStale} />
        ))}
      </ol>
    </section>
  );
}
