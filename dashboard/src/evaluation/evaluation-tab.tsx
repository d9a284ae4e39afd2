import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ApiProblem } from '../api/client.ts';
import type { EvaluationMatrix } from '../api/types.ts';
import { Asked } from '../parts/asked.tsx';
import { Empty } from '../parts/empty.tsx';
import { Panel } from '../parts/panel.tsx';
import type { ReleaseTabProps } from '../release/tab-props.ts';
import { useSession } from '../session/session-context.ts';
import { CasePanel } from './case-panel.tsx';
import { DifferenceStrip } from './differences.tsx';
import { matrixQuery } from './evaluation-queries.ts';
import styles from './evaluation.module.css';
import { Matrix } from './matrix.tsx';

const filters = [
  [undefined, 'Changed'],
  ['failed', 'Failed'],
  ['errors', 'Errors'],
  ['all', 'All'],
] as const;

function Switches({ view, search }: ReleaseTabProps) {
  return (
    <nav aria-label="Which cases" className={styles.switches}>
      {filters.map(([show, word]) => (
        <Link
          key={word}
          to="/r/$id"
          params={{ id: view.row.id }}
          search={{ tab: 'evaluation', ...(show === undefined ? {} : { show }) }}
          activeOptions={{ exact: true }}
          aria-current={search.show === show ? 'true' : undefined}
          data-open={search.show === show}
        >
          {word}
        </Link>
      ))}
    </nav>
  );
}

function countsText({ counts }: EvaluationMatrix): string {
  const said = Object.entries(counts).filter(([, count]) => count > 0);
  return said.map(([change, count]) => `${count} ${change}`).join(' · ');
}

function Pages({ view, search, matrix }: ReleaseTabProps & { readonly matrix: EvaluationMatrix }) {
  if (matrix.pages <= 1) return null;
  const to = (page: number) => ({ ...search, case: undefined, page: page === 1 ? undefined : page });
  return (
    <nav aria-label="Pages of cases" className={styles.switches}>
      {matrix.page > 1 && (
        <Link to="/r/$id" params={{ id: view.row.id }} search={to(matrix.page - 1)}>
          ← Before
        </Link>
      )}
      <span>
        Page {matrix.page} of {matrix.pages}
      </span>
      {matrix.page < matrix.pages && (
        <Link to="/r/$id" params={{ id: view.row.id }} search={to(matrix.page + 1)}>
          After →
        </Link>
      )}
    </nav>
  );
}

function Shown({ view, search, matrix }: ReleaseTabProps & { readonly matrix: EvaluationMatrix }) {
  return (
    <>
      {matrix.summary !== undefined && <p>{matrix.summary}</p>}
      <p className={styles.muted}>{countsText(matrix)}</p>
      {matrix.differences !== undefined && <DifferenceStrip differences={matrix.differences} />}
      {matrix.cases.length === 0 ? (
        <Empty>{search.show === undefined ? 'No case has changed.' : 'No case is like this.'}</Empty>
      ) : (
        <Matrix view={view} search={search} matrix={matrix} />
      )}
      <Pages view={view} search={search} matrix={matrix} />
    </>
  );
}

/** The evaluation as a matrix of cases and revisions: what has changed first, a link for each cell. */
export default function EvaluationTab({ view, search }: ReleaseTabProps) {
  const { api } = useSession();
  const query = useQuery({ ...matrixQuery(api, view.row.id, search), placeholderData: keepPreviousData });
  if (query.error instanceof ApiProblem && query.error.status === 404) {
    return (
      <Panel title="Evaluation">
        <Empty>This release has no evaluation: its plan has none, or it was skipped.</Empty>
      </Panel>
    );
  }
  return (
    <>
      <Panel title="Evaluation" aside={<Switches view={view} search={search} />}>
        <Asked query={query}>{(matrix) => <Shown view={view} search={search} matrix={matrix} />}</Asked>
      </Panel>
      {search.case !== undefined && <CasePanel id={view.row.id} name={search.case} />}
    </>
  );
}
