import { kindOf, type PublishedSuite } from '../../domain/evaluation/suite.ts';

/** A regular expression that is written as JavaScript's literals are: it looks for the slashes, too. */
export interface Slashed {
  readonly caseId: string;
  readonly type: string;
  /** `/secret/i` */
  readonly written: string;
}

const literal = /^\/.+\/[dgimsuvy]*$/s;

/** Expressions that no answer matches but by its slashes, so that those behind `not-` pass on everything. */
export function slashedIn({ content }: Pick<PublishedSuite, 'content'>): Slashed[] {
  return content.tests.flatMap(({ id, assert }) =>
    assert.flatMap(({ type, value }) => {
      const isLiteral = kindOf(type).kind === 'regex' && typeof value === 'string' && literal.test(value);
      return isLiteral ? [{ caseId: id, type, written: value }] : [];
    }),
  );
}
