export { readPinnedRevision } from '../revisions/read-revision.ts';
