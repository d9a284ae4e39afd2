import type { ReleaseView } from '../api/types.ts';
import type { ReleaseSearch } from './release-search.ts';

/** What each part of a release's page is given. */
export interface ReleaseTabProps {
  readonly view: ReleaseView;
  readonly search: ReleaseSearch;
}
