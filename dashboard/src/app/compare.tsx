import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { KnownRevision } from '../api/types.ts';
import { Asked } from '../parts/asked.tsx';
import { Panel } from '../parts/panel.tsx';
import { Changed } from '../release/panels/changed.tsx';
import { useSession } from '../session/session-context.ts';
import styles from './app-page.module.css';
import { compareQuery, revisionsQuery } from './app-queries.ts';
import type { AppSearch } from './app-search.ts';

interface CompareProps {
  readonly app: string;
  readonly search: AppSearch;
}

interface ChoiceProps {
  readonly name: string;
  readonly value: string | undefined;
  readonly revisions: readonly KnownRevision[];
  readonly onChange: (label: string | undefined) => void;
}

function Choice({ name, value, revisions, onChange }: ChoiceProps) {
  return (
    <label>
      {name}{' '}
      <select
        value={value ?? ''}
        onChange={({ target }) => {
          onChange(target.value === '' ? undefined : target.value);
        }}
      >
        <option value="">choose</option>
        {revisions.map(({ label, digest }) => (
          <option key={digest} value={label}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}

function Compared({ app, from, to }: { readonly app: string; readonly from: string; readonly to: string }) {
  const { api } = useSession();
  const query = useQuery(compareQuery(api, app, from, to));
  return <Asked query={query}>{(changed) => <Changed changed={changed} />}</Asked>;
}

/** Any two revisions side by side; which two stands in the link. */
export function Compare({ app, search: { environment = 'production', from, to } }: CompareProps) {
  const { api } = useSession();
  const navigate = useNavigate();
  const { data } = useQuery(revisionsQuery(api, app, environment));
  const revisions = data?.items ?? [];
  const choose = (chosen: AppSearch) =>
    void navigate({
      to: '/apps/$app',
      params: { app },
      search: (before) => ({ ...before, ...chosen }),
      replace: true,
    });
  return (
    <Panel title="Compare two revisions">
      <div className={styles.form}>
        <Choice
          name="From"
          value={from}
          revisions={revisions}
          onChange={(label) => {
            choose({ from: label });
          }}
        />
        <Choice
          name="to"
          value={to}
          revisions={revisions}
          onChange={(label) => {
            choose({ to: label });
          }}
        />
      </div>
      {from !== undefined && to !== undefined && <Compared app={app} from={from} to={to} />}
    </Panel>
  );
}
