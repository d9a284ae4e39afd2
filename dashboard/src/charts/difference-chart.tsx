import { useCallback, useMemo } from 'react';
import type { GuardrailTile, ReleaseChart } from '../api/types.ts';
import { numbers, quiet, timeOrRequests, type Over } from './axes.ts';
import { across, difference, rangeOf, type ChartedGuardrail } from './columns.ts';
import { Plot, type Colours } from './plot.tsx';

export interface GuardrailChartProps {
  readonly chart: ReleaseChart;
  readonly guardrail: ChartedGuardrail;
  readonly tile: GuardrailTile;
  readonly over: Over;
}

function saysOf(tile: GuardrailTile): string {
  const limit = tile.limit === undefined ? '' : ` Limit: ${tile.limit.says}.`;
  const now = tile.difference === undefined ? 'no difference is known yet' : `now ${tile.difference.shown}`;
  return `Difference of ${tile.name}, candidate minus stable: ${now}.${limit}`;
}

/** The difference of the arms with its band, and how large it may be. */
export function DifferenceChart({ chart, guardrail, tile, over }: GuardrailChartProps) {
  const { measure } = guardrail;
  const data = useMemo(
    () =>
      [across(chart, over), guardrail.upper, guardrail.lower, guardrail.difference, guardrail.limit] as never,
    [chart, guardrail, over],
  );
  const options = useCallback(
    (colours: Colours) => ({
      ...quiet,
      scales: { x: { time: false }, y: { range: () => rangeOf(guardrail) } },
      axes: [timeOrRequests(over, colours), numbers(colours, (value) => difference(measure, value))],
      bands: [{ series: [1, 2] as [number, number], fill: colours('band') }],
      series: [
        {},
        { stroke: 'transparent', points: { show: false } },
        { stroke: 'transparent', points: { show: false } },
        { stroke: colours('candidate'), width: 2, points: { show: false } },
        { stroke: colours('bad'), width: 2, dash: [6, 4], points: { show: false } },
      ],
    }),
    [measure, over, guardrail],
  );
  return <Plot says={saysOf(tile)} data={data} options={options} />;
}
