import type { ModelRequest, Protocol, Tool, ToolChoice } from '../request.ts';
import { defined, type Fields } from '../fields.ts';

/** A function tool from the object that holds its name, and the fields that only its protocol knows. */
export function functionToolOf(fields: Fields, schemaName: string, protocol: Protocol): Tool {
  const tool = defined({
    kind: 'function' as const,
    name: fields.string('name'),
    description: fields.optionalString('description'),
    parameters: fields.optionalObject(schemaName),
    strict: fields.optionalBoolean('strict'),
  });
  const rest = fields.rest();
  return Object.keys(rest).length === 0 ? tool : { ...tool, extra: { protocol, fields: rest } };
}

/** The tools of a request; an empty list is none, which the vendors refuse. */
export function toolsToSend({ tools }: Pick<ModelRequest, 'tools'>): readonly Tool[] | undefined {
  return tools === undefined || tools.length === 0 ? undefined : tools;
}

/** The choice of a tool leaves with the tools: of none, or of one that is not there, the vendors know no choice. */
export function choiceAmong({
  tools = [],
  toolChoice: choice,
}: Pick<ModelRequest, 'tools' | 'toolChoice'>): ToolChoice | undefined {
  if (choice === undefined || tools.length === 0) return undefined;
  const isThere =
    choice.kind !== 'function' ||
    tools.some((tool) => (tool.kind === 'function' ? tool.name : tool.raw['name']) === choice.name);
  return isThere ? choice : undefined;
}
