import { z } from 'zod';
import type { JsonObject } from '../../domain/json.ts';
import type { Tool } from '../../protocols/request.ts';

const jsonObject = z.record(z.string(), z.json());
const toolSchema = z.object({
  name: z.string(),
  description: z.string().optional(),
  parameters: jsonObject.optional(),
  input_schema: jsonObject.optional(),
});
/** As OpenAI's chat completions nest it; the flat forms are those of Responses and Anthropic. */
const nestedSchema = z.object({ function: toolSchema }).transform((tool) => tool.function);
const anyToolSchema = z.union([nestedSchema, toolSchema]);

/**
 * A caller's tools as the revision has them: it may describe a tool anew, or leave it out; it never adds one, for
 * only the caller can run it. Throws a ZodError for a revision's tool that has no name.
 */
export function toolsFor(
  given: readonly Tool[] | undefined,
  own: readonly JsonObject[] | undefined,
): readonly Tool[] | undefined {
  if (given === undefined || own === undefined) return given;
  const described = new Map(own.map((tool) => anyToolSchema.parse(tool)).map((tool) => [tool.name, tool]));
  return given.flatMap((tool): Tool[] => {
    if (tool.kind !== 'function') return [tool];
    const better = described.get(tool.name);
    if (better === undefined) return [];
    const parameters = better.parameters ?? better.input_schema ?? tool.parameters;
    const description = better.description ?? tool.description;
    return [
      {
        ...tool,
        ...(description === undefined ? {} : { description }),
        ...(parameters === undefined ? {} : { parameters }),
      },
    ];
  });
}
