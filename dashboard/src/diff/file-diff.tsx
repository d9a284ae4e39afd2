import { changedLines, withoutTheMiddle, wordDiff, type DiffPart } from './word-diff.ts';
import styles from './file-diff.module.css';

interface FileDiffProps {
  readonly path: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

function Part({ part: { kind, text } }: { readonly part: DiffPart }) {
  switch (kind) {
    case 'same':
      return <>{text}</>;
    // Struck through and underlined as well, so that colour is not the only sign.
    case 'removed':
      return <del className={styles.removed}>{text}</del>;
    case 'added':
      return <ins className={styles.added}>{text}</ins>;
  }
}

function shortened(parts: readonly DiffPart[]): DiffPart[] {
  return parts.map((part, i) => {
    if (part.kind !== 'same') return part;
    const place = i === 0 ? 'start' : i === parts.length - 1 ? 'end' : 'middle';
    return { ...part, text: withoutTheMiddle(part.text, place) };
  });
}

/** A file as it was and as it is, word by word. */
export function FileDiff({ path, before = '', after = '' }: FileDiffProps) {
  const { added, removed } = changedLines(before, after);
  return (
    <figure className={styles.file}>
      <figcaption>
        ~ <code>{path}</code>{' '}
        <span className={styles.count}>
          +{added} −{removed} lines
        </span>
      </figcaption>
      <pre tabIndex={0} aria-label={`What changed in ${path}`}>
        {shortened(wordDiff(before, after)).map((part, i) => (
          <Part key={i} part={part} />
        ))}
      </pre>
    </figure>
  );
}
