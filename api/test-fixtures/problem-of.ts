import { problemSchema, type ProblemBody } from '../schemas/shared.ts';

/** What the API says where it refuses. Throws where it did not. */
export function problemOf({ body }: { body: unknown }): ProblemBody {
  return problemSchema.parse(body);
}
