import { z } from 'zod';
import { SluiceError } from '../domain/errors.ts';

/**
 * A program's settings from its environment. A variable that is set to the empty text is one that is not set: CI
 * systems and compose files have no other way to leave one out.
 *
 * @param program how people call it, such as `gateway`
 * @throws SluiceError `usage`, naming every variable that is missing or wrong
 */
export function parseSettings<T extends z.ZodType>(
  program: string,
  schema: T,
  variables: NodeJS.ProcessEnv,
): z.infer<T> {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new SluiceError('usage', `The ${program}'s settings are wrong. ${z.prettifyError(parsed.error)}`, {
    remedy: 'Set the variables that are named; docs/reference/settings.md lists them all.',
  });
}
