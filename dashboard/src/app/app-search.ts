import { nameIn, set } from '../releases/board-search.ts';

const refs = /^[\w.:-]{1,120}$/;

export interface AppSearch {
  readonly environment?: string | undefined;
  /** Two revisions side by side, by label or digest. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const refIn = (value: unknown) => (typeof value === 'string' && refs.test(value) ? value : undefined);

/** What is open on an app's page, as it stands in its link. */
export function appSearch(raw: Readonly<Record<string, unknown>>): AppSearch {
  return set({ environment: nameIn(raw['environment']), from: refIn(raw['from']), to: refIn(raw['to']) });
}
