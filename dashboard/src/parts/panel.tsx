import { useId, type ReactNode } from 'react';
import styles from './panel.module.css';

interface PanelProps {
  readonly title: string;
  /** Beside the title: switches, links. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  readonly isStale?: boolean;
}

/** A part of a page, with a heading by which it is found. */
export function Panel({ title, aside, children, isStale = false }: PanelProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={styles.panel} data-stale={isStale}>
      <header className={styles.head}>
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}
