import { nameIn, set } from '../releases/board-search.ts';

export interface AuditSearch {
  readonly app?: string | undefined;
  /** Where a page begins, as the page before has said it; the newest entries where absent. */
  readonly cursor?: string | undefined;
}

/** Which entries of the audit log are shown, as it stands in the link. */
export function auditSearch(raw: Readonly<Record<string, unknown>>): AuditSearch {
  const cursor = raw['cursor'];
  return set({
    app: nameIn(raw['app']),
    cursor: typeof cursor === 'string' && /^[\w=+/-]{1,400}$/.test(cursor) ? cursor : undefined,
  });
}
