import { useCallback, useMemo } from 'react';
import { numbers, quiet, timeOrRequests } from './axes.ts';
import { across, oddsAt, toLogTen } from './columns.ts';
import type { GuardrailChartProps } from './difference-chart.tsx';
import { Plot, type Colours } from './plot.tsx';

/** The odds against "no worse", by their logarithm, and where they act. */
export function OddsChart({ chart, guardrail, tile, over }: GuardrailChartProps) {
  const { actsAt, evidence } = guardrail;
  const data = useMemo(() => {
    const x = across(chart, over);
    return [x, evidence.map(toLogTen), x.map(() => toLogTen(actsAt))] as never;
  }, [chart, evidence, actsAt, over]);
  const options = useCallback(
    (colours: Colours) => ({
      ...quiet,
      scales: { x: { time: false } },
      axes: [timeOrRequests(over, colours), numbers(colours, oddsAt)],
      series: [
        {},
        { stroke: colours('candidate'), width: 2, points: { show: false } },
        { stroke: colours('bad'), width: 2, dash: [6, 4], points: { show: false } },
      ],
    }),
    [over],
  );
  const says = `Odds against “no worse” by ${tile.name}: now ${tile.odds.says}; it acts at ${tile.odds.actsAtSays}.`;
  return <Plot says={says} data={data} options={options} height={150} />;
}
