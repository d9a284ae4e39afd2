import { ApiAway, ApiProblem } from '../api/client.ts';

/** Why something did not work, and what to do about it, in one line. */
export function whyNot(error: unknown): string {
  if (error instanceof ApiProblem) {
    const remedy = error.body.remedy === undefined ? '' : ` ${error.body.remedy}`;
    return `${error.message}${remedy}`;
  }
  if (error instanceof ApiAway)
    return 'The API cannot be reached. Is the stack running, and the network there?';
  return error instanceof Error ? error.message : 'Something went wrong in this page; load it again.';
}
