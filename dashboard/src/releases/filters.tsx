import { useNavigate } from '@tanstack/react-router';
import type { BoardSearch } from '../api/queries.ts';
import styles from './filters.module.css';

const states = [
  ['', 'Any state'],
  ['open', 'Open'],
  ['closed', 'Closed'],
  ['progressing', 'Progressing'],
  ['paused', 'Paused'],
  ['promoted', 'Promoted'],
  ['rolled_back', 'Rolled back'],
  ['blocked', 'Blocked'],
  ['inconclusive', 'Inconclusive'],
  ['aborted', 'Aborted'],
  ['failed', 'Failed'],
  ['superseded', 'Superseded'],
] as const;

/** The list's filters: they stand in its link, and nowhere else. */
export function Filters({ filter }: { readonly filter: BoardSearch }) {
  const navigate = useNavigate();
  const change = (changes: BoardSearch) =>
    void navigate({
      to: '/',
      search: (before) => ({ ...before, ...changes, page: undefined }),
      replace: true,
    });
  return (
    <form
      role="search"
      className={styles.filters}
      onSubmit={(event) => {
        event.preventDefault();
      }}
    >
      <input
        data-key="/"
        type="search"
        aria-label="App"
        placeholder="App"
        defaultValue={filter.app ?? ''}
        onChange={({ target }) => {
          change({ app: target.value.trim() === '' ? undefined : target.value.trim() });
        }}
      />
      <select
        aria-label="State"
        value={filter.state ?? ''}
        onChange={({ target }) => {
          change({ state: target.value === '' ? undefined : target.value });
        }}
      >
        {states.map(([value, word]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </select>
      <label>
        <input
          type="checkbox"
          checked={filter.needs === 'me'}
          onChange={({ target }) => {
            change({ needs: target.checked ? 'me' : undefined });
          }}
        />
        Needs me
      </label>
    </form>
  );
}
