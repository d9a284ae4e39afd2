import type { Provenance, RevisionContent } from '../../domain/revision/revision.ts';

export interface RevisionRow {
  readonly app: string;
  readonly digest: string;
  readonly label: string;
  readonly content: RevisionContent;
  readonly provenance: Provenance;
  readonly createdBy: string;
  readonly createdAt: string;
}
