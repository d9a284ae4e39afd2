import { z } from 'zod';

const answerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('value'), json: z.string().optional() }),
  z.strictObject({ kind: z.literal('threw'), message: z.string() }),
  z.strictObject({ kind: z.literal('stopped'), why: z.string() }),
]);

/** One line of a process's answers. Whose answer it is, the id says, which nothing that a team has written can see. */
const answerLineSchema = z.strictObject({ id: z.string(), answer: answerSchema });

/** The answer to the question of that id; undefined for a line that is anything else. */
export function answerIn(line: string, id: string): z.infer<typeof answerSchema> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const parsed = answerLineSchema.safeParse(value);
  return parsed.success && parsed.data.id === id ? parsed.data.answer : undefined;
}
