import type { Provenance, RevisionContent } from '../../domain/revision/revision.ts';

export interface RevisionRow {
  app: string;
  digest: string;
  label: string;
  content: RevisionContent;
  provenance: Provenance;
  createdBy: string;
  createdAt: string;
}
