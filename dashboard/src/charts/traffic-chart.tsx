import { useQuery } from '@tanstack/react-query';
import UPlot from 'uplot';
import { useCallback, useMemo } from 'react';
import { chartQuery } from '../api/queries.ts';
import type { ReleaseChart, ReleaseView } from '../api/types.ts';
import { Asked } from '../parts/asked.tsx';
import { useSession } from '../session/session-context.ts';
import { numbers, quiet, timeOrRequests } from './axes.ts';
import { Plot, type Colours } from './plot.tsx';
import { trafficSteps } from './traffic-steps.ts';

function saysOf(view: ReleaseView): string {
  const { set, served } = view.traffic;
  const asServed = served === null ? 'gateways disagree' : `${served} % served`;
  return `The candidate's share of the traffic over time: now ${set} % set, ${asServed}.`;
}

function Steps({ view, chart }: { readonly view: ReleaseView; readonly chart: ReleaseChart }) {
  const data = useMemo(() => trafficSteps(chart, view.row.closedAt ?? view.at) as never, [chart, view]);
  const options = useCallback(
    (colours: Colours) => ({
      ...quiet,
      scales: { x: { time: false }, y: { range: [0, 100] as [number, number] } },
      axes: [timeOrRequests('time', colours), numbers(colours, (value) => `${value} %`)],
      series: [
        {},
        {
          stroke: colours('candidate'),
          fill: colours('band'),
          width: 2,
          points: { show: false },
          ...(UPlot.paths.stepped === undefined ? {} : { paths: UPlot.paths.stepped({ align: 1 }) }),
        },
      ],
    }),
    [],
  );
  return <Plot says={saysOf(view)} data={data} options={options} height={130} />;
}

/** The candidate's share over time, as it was set. */
export default function TrafficChart({ view }: { readonly view: ReleaseView }) {
  const { api } = useSession();
  const query = useQuery(chartQuery(api, view.row.id));
  return <Asked query={query}>{(chart) => <Steps view={view} chart={chart} />}</Asked>;
}
