import { useEffect, useRef } from 'react';
import UPlot, { type AlignedData, type Options } from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { usePaintedTheme } from '../shell/theme.ts';
import styles from './plot.module.css';

interface PlotProps {
  /** The chart in a sentence: what somebody reads who does not see it. */
  readonly says: string;
  readonly options: (colours: Colours) => Omit<Options, 'width' | 'height'>;
  readonly data: AlignedData;
  readonly height?: number;
}

/** The page's colours, which a canvas has to be told. */
export type Colours = (name: string) => string;

function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  return (name) => style.getPropertyValue(`--${name}`).trim();
}

/** A canvas with a chart on it, as wide as there is room, painted anew when the theme changes. */
export function Plot({ says, options, data, height = 190 }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const theme = usePaintedTheme();
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const chart = new UPlot(
      { ...options(coloursOf(element)), width: element.clientWidth, height },
      data,
      element,
    );
    const watch = new ResizeObserver(() => {
      chart.setSize({ width: element.clientWidth, height });
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
      chart.destroy();
    };
  }, [options, data, height, theme]);
  return <div ref={place} role="img" aria-label={says} className={styles.plot} />;
}
