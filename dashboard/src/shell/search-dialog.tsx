import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import { appsQuery, boardQuery } from '../api/queries.ts';
import { useLiveState } from '../live/live-context.ts';
import { Modal } from '../parts/modal.tsx';
import { useSession } from '../session/session-context.ts';
import { found, type Findable } from './find.ts';
import styles from './search-dialog.module.css';

/** What can be found: open releases, the newest others, and apps. */
function useFindable(): readonly Findable[] {
  const { api } = useSession();
  const { releases } = useLiveState();
  const board = useQuery(boardQuery(api, {}));
  const apps = useQuery(appsQuery(api));
  const rows = new Map((board.data?.items ?? []).map((row) => [row.id, row]));
  for (const [id, { row }] of releases) rows.set(id, row);
  return [
    ...[...rows.values()].map(({ id, app, label, word }) => ({
      kind: 'release' as const,
      id,
      says: `${app} ${label} · ${word} · ${id}`,
    })),
    ...(apps.data?.items ?? []).map(({ name }) => ({
      kind: 'app' as const,
      id: name,
      says: `${name} (app)`,
    })),
  ];
}

function FoundLink({ item, onClick }: { readonly item: Findable; readonly onClick: () => void }) {
  return item.kind === 'release' ? (
    <Link to="/r/$id" params={{ id: item.id }} onClick={onClick}>
      {item.says}
    </Link>
  ) : (
    <Link to="/apps/$app" params={{ app: item.id }} onClick={onClick}>
      {item.says}
    </Link>
  );
}

export default function SearchDialog({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const items = found(useFindable(), useDeferredValue(text));
  return (
    <Modal title="Find" onClose={onClose}>
      <input
        className={styles.input}
        type="search"
        aria-label="A release, an app or an id"
        placeholder="app, revision or id"
        value={text}
        onChange={({ target }) => {
          setText(target.value);
        }}
      />
      <ul className={styles.list}>
        {items.map((item) => (
          <li key={`${item.kind} ${item.id}`}>
            <FoundLink item={item} onClick={onClose} />
          </li>
        ))}
      </ul>
      <p role="status" className={styles.count}>
        {items.length === 0
          ? 'Nothing is called that; older releases are in the list.'
          : `${items.length} found`}
      </p>
    </Modal>
  );
}
