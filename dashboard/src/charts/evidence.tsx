import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { chartQuery } from '../api/queries.ts';
import type { GuardrailTile, ReleaseChart } from '../api/types.ts';
import { Asked } from '../parts/asked.tsx';
import { Empty } from '../parts/empty.tsx';
import { Panel } from '../parts/panel.tsx';
import type { ReleaseTabProps } from '../release/tab-props.ts';
import { useSession } from '../session/session-context.ts';
import { ChartTable } from './chart-table.tsx';
import { DifferenceChart } from './difference-chart.tsx';
import styles from './evidence.module.css';
import { OddsChart } from './odds-chart.tsx';

interface EvidenceProps extends ReleaseTabProps {
  readonly tile: GuardrailTile;
}

/** Over what, and as what, the charts are shown: links, so that what somebody saw can be sent. */
function Switches({ view, search }: ReleaseTabProps) {
  const to = {
    to: '/r/$id',
    params: { id: view.row.id },
    replace: true,
    activeOptions: { exact: true },
  } as const;
  return (
    <span className={styles.switches}>
      <Link {...to} search={(before) => ({ ...before, x: before.x === undefined ? 'requests' : undefined })}>
        over {search.x === undefined ? 'requests' : 'time'}
      </Link>
      <Link
        {...to}
        data-key="t"
        search={(before) => ({ ...before, table: before.table === undefined ? 'yes' : undefined })}
      >
        as {search.table === undefined ? 'a table' : 'charts'}
      </Link>
    </span>
  );
}

function Charts({ chart, tile, search }: Omit<EvidenceProps, 'view'> & { readonly chart: ReleaseChart }) {
  const guardrail = chart.guardrails.find(({ name }) => name === tile.name);
  if (guardrail === undefined || chart.atMs.length === 0) {
    return <Empty>No check of {tile.name} yet.</Empty>;
  }
  if (search.table === 'yes') return <ChartTable chart={chart} guardrail={guardrail} />;
  const over = search.x ?? 'time';
  return (
    <>
      <h3>Difference, with its 95 % band and the limit</h3>
      <DifferenceChart chart={chart} guardrail={guardrail} tile={tile} over={over} />
      <h3>Odds against “no worse”, and where they act</h3>
      <OddsChart chart={chart} guardrail={guardrail} tile={tile} over={over} />
      {chart.of > chart.atMs.length && (
        <p className={styles.muted}>
          {chart.atMs.length} of {chart.of} checks, evenly
        </p>
      )}
    </>
  );
}

/** How a guardrail's difference and its evidence came to be, check by check. */
export default function Evidence({ view, search, tile }: EvidenceProps) {
  const { api } = useSession();
  const query = useQuery(chartQuery(api, view.row.id));
  return (
    <Panel
      title={`${tile.name}: ${tile.difference?.shown ?? tile.state}`}
      aside={<Switches view={view} search={search} />}
    >
      <Asked query={query}>{(chart) => <Charts chart={chart} tile={tile} search={search} />}</Asked>
    </Panel>
  );
}
