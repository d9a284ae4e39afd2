import type { BoardSearch } from '../api/queries.ts';

const words = /^[\w.-]{1,100}$/;

/** A search parameter that is a name; what is none is left away, as a link that somebody mistyped. */
export function nameIn(value: unknown): string | undefined {
  return typeof value === 'string' && words.test(value) ? value : undefined;
}

/** A search parameter that is a page: absent on the first one. */
export function pageIn(value: unknown): number | undefined {
  const page = typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : undefined;
  return page === undefined || page < 2 ? undefined : page;
}

/** Of an object, what is set: links hold nothing that says nothing. */
export function set<Values extends object>(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Values;
}

/** The list's filters as they stand in its link. */
export function boardSearch(raw: Readonly<Record<string, unknown>>): BoardSearch {
  return set({
    app: nameIn(raw['app']),
    environment: nameIn(raw['environment']),
    state: nameIn(raw['state']),
    needs: raw['needs'] === 'me' ? ('me' as const) : undefined,
    page: pageIn(raw['page']),
  });
}
