import type { JsonValue } from '../../domain/json.ts';
import type { PublishedSuite } from '../../domain/evaluation/suite.ts';

/** A variable that nobody filled: it is sent as it is written. */
export interface Unfilled {
  readonly caseId: string;
  /** `{{name}}` */
  readonly written: string;
}

const written = /\{\{[^{}]*\}\}/g;

/** Where a template's braces stand in what the cases of a suite send. */
export function unfilledIn({ content }: Pick<PublishedSuite, 'content'>): Unfilled[] {
  return content.tests.flatMap(({ id, vars }) =>
    textsIn(vars)
      .flatMap((text) => text.match(written) ?? [])
      .map((found) => ({ caseId: id, written: found })),
  );
}

function textsIn(value: JsonValue): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
