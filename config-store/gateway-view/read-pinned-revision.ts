export { readRevision as readPinnedRevision } from '../read-revision.ts';
