/** Before the id of the evaluation of an app's first revision: it belongs to no release. */
export const firstEvaluationPrefix = 'first';

/** Is this the id of the evaluation of a first revision, and not of a release? */
export function isFirstEvaluation(id: string): boolean {
  return id.startsWith(`${firstEvaluationPrefix}_`);
}

/** The Temporal workflow of such an evaluation. */
export function firstEvaluationWorkflowId(app: string, id: string): string {
  return `evaluate/${app}/${id}`;
}
