import type { UseQueryResult } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { ApiProblem } from '../api/client.ts';
import { useNow } from '../live/now.ts';
import { duration } from '../words/ages.ts';
import { whyNot } from '../words/why-not.ts';
import styles from './asked.module.css';
import { Button } from './button.tsx';

/** What is here sooner needs no sign that it is waited for. */
const skeletonAfterMs = 300;

function Skeleton() {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      setLate(true);
    }, skeletonAfterMs);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  if (!isLate) return null;
  return (
    <div role="status" className={styles.skeleton}>
      <span className="unseen">Loading</span>
      <div aria-hidden="true" />
      <div aria-hidden="true" />
      <div aria-hidden="true" />
    </div>
  );
}

interface FaultProps {
  readonly error: unknown;
  /** Since when what is shown below is as it was; undefined where nothing is. */
  readonly shownSinceMs: number | undefined;
  readonly onRetry: () => void;
}

/** Says what went wrong, by which number it is found in the API's log, and offers to ask again. */
function Fault({ error, shownSinceMs, onRetry }: FaultProps) {
  const nowMs = useNow();
  const problem = error instanceof ApiProblem ? error : undefined;
  const forbidden = problem?.status === 403;
  return (
    <div role="alert" className={styles.fault}>
      <p>
        <strong>{forbidden ? '⊘ Not allowed.' : '✖ This could not be read.'}</strong> {whyNot(error)}
      </p>
      <p className={styles.small}>
        {problem?.requestId !== undefined && <>Request {problem.requestId}. </>}
        {shownSinceMs !== undefined && <>What is shown is {duration(nowMs - shownSinceMs)} old. </>}
      </p>
      {!forbidden && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}

interface AskedProps<Data> {
  readonly query: UseQueryResult<Data>;
  readonly children: (data: Data) => ReactNode;
}

/** What a request has brought; until then that it is waited for, and why where it did not come. Old data stays, greyed. */
export function Asked<Data>({ query, children }: AskedProps<Data>) {
  const { data, error, dataUpdatedAt, refetch } = query;
  const fault =
    error === null ? null : (
      <Fault
        error={error}
        shownSinceMs={data === undefined ? undefined : dataUpdatedAt}
        onRetry={() => void refetch()}
      />
    );
  if (data === undefined) return fault ?? <Skeleton />;
  return (
    <>
      {fault}
      <div data-stale={fault !== null} className={fault === null ? undefined : styles.old}>
        {children(data)}
      </div>
    </>
  );
}
