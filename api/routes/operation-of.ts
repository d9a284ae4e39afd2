import { randomUUID } from 'node:crypto';
import { digestOf } from '../../domain/revision/digest.ts';

/** The same request again is the same operation, so that it writes the split once (invariant 18). */
export function operationOf(kind: 'rollback' | 'heal', actor: string, key: string | undefined): string {
  return `${kind}/${key === undefined ? randomUUID() : digestOf([actor, key])}`;
}
