import type { Tone } from '../api/types.ts';
import styles from './mark.module.css';

interface MarkProps {
  readonly tone: Tone;
  readonly glyph: string;
  readonly word: string;
  /** Known, but too old to be called good. */
  readonly isStale?: boolean;
}

/** A state: its word, its glyph and its colour. */
export function Mark({ tone, glyph, word, isStale = false }: MarkProps) {
  return (
    <span className={`${styles.mark} ${styles[isStale ? 'attention' : tone]}`}>
      <span aria-hidden="true">{isStale ? '!' : glyph}</span> {word}
    </span>
  );
}
