import { assertionKinds, type AssertionKind } from '../../domain/evaluation/suite.ts';

const askModels: readonly AssertionKind[] = ['llm-rubric', 'select-best', 'similar'];

/** Kinds of which promptfoo says the same whenever it is asked: those that ask no model. */
export const recordedKinds = assertionKinds.filter((kind) => !askModels.includes(kind));
