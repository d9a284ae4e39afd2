import type { ComparedRevisions } from '../../api/types.ts';
import { FileDiff } from '../../diff/file-diff.tsx';
import { Panel } from '../../parts/panel.tsx';
import styles from './panels.module.css';

/** What the candidate has that stable has not, word by word. */
export function Changed({ changed }: { readonly changed: ComparedRevisions }) {
  const { from, to, files, unchanged } = changed;
  const title = from === undefined ? `${to.label}, the first` : `${from.label} → ${to.label}`;
  return (
    <Panel title={`What changed: ${title}`}>
      {files.map((file) => (
        <FileDiff key={file.path} {...file} />
      ))}
      {files.length === 0 && <p>Nothing differs.</p>}
      {unchanged.length > 0 && <p className={styles.muted}>= {unchanged.join(', ')}</p>}
    </Panel>
  );
}
