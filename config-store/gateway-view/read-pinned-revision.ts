export { readPinnedRevision } from '../read-revision.ts';
