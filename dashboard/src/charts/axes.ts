import type { Axis, Options } from 'uplot';
import type { Colours } from './plot.tsx';

export type Over = 'time' | 'requests';

/** Times are in UTC, as everywhere. */
const utc = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZone: 'UTC',
});

function axis(colours: Colours, more: Partial<Axis>): Axis {
  return {
    stroke: colours('muted'),
    grid: { stroke: colours('line'), width: 1 },
    ticks: { stroke: colours('line'), width: 1 },
    font: '12px system-ui, sans-serif',
    ...more,
  };
}

export function timeOrRequests(over: Over, colours: Colours): Axis {
  if (over === 'requests') {
    return axis(colours, { values: (_chart, splits) => splits.map((split) => split.toLocaleString('en')) });
  }
  return axis(colours, {
    space: 90,
    values: (_chart, splits) => splits.map((split) => utc.format(split * 1000)),
  });
}

export function numbers(colours: Colours, says: (value: number) => string): Axis {
  return axis(colours, {
    size: 70,
    values: (_chart, splits) => splits.map(says),
  });
}

/** What all charts have: no legend of their own, since what they show stands beside them in words. */
export const quiet: Pick<Options, 'legend' | 'cursor'> = {
  legend: { show: false },
  cursor: { drag: { x: false, y: false }, points: { show: false } },
};
