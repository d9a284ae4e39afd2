import type { Counting } from '../../domain/split/split.ts';
import { countedBy, type ServedApp } from './served-app.ts';

const countingsKept = 200;

/** How split versions count: for requests that began under one that is served no more. The newest are remembered. */
export interface Countings {
  note(served: Pick<ServedApp, 'split' | 'guard'>): void;
  of(app: string, splitVersion: number): Counting | undefined;
}

/** Starts with nothing. */
export function createCountings(): Countings {
  const countings = new Map<string, Counting>();
  return {
    note(served) {
      const { app, version } = served.split;
      const counting = countedBy(served);
      if (counting === undefined) return;
      countings.set(`${app}/${version}`, counting);
      for (const key of [...countings.keys()].slice(0, -countingsKept)) countings.delete(key);
    },
    of: (app, splitVersion) => countings.get(`${app}/${splitVersion}`),
  };
}
