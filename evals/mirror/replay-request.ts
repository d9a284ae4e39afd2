import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { SampleBody } from '../../domain/sample-body.ts';

type Message = SampleBody['messages'][number];
type Part = Message['content'][number];

/** The protocol that a replay speaks; what only another protocol has words for cannot be asked again. */
const protocol = 'openai-chat';

/** Can the sample be asked again? Not where a part of it belongs to a protocol that the replay does not speak. */
export function isReplayable({ messages, tools = [], toolChoice }: SampleBody): boolean {
  const foreign = [
    ...messages.flatMap(({ content }) => content.filter(({ type }) => type === 'other')),
    ...tools.filter(({ kind }) => kind === 'other'),
    ...(toolChoice?.kind === 'other' ? [toolChoice] : []),
  ];
  return foreign.every((each) => each['protocol'] === protocol);
}

/**
 * The body of a chat completion that asks a sample again.
 *
 * @param documents frozen ones; absent where the revision retrieves again
 */
export function replayBody(sample: SampleBody, documents: readonly JsonObject[] | undefined): JsonObject {
  const { parameters, tools, toolChoice } = sample;
  return present({
    ...(sample.protocol === protocol ? parameters.rest : {}),
    model: sample.model,
    messages: sample.messages.map(writeMessage),
    tools: tools?.map(writeTool),
    tool_choice: toolChoice === undefined ? undefined : writeToolChoice(toolChoice),
    temperature: parameters.temperature,
    top_p: parameters.topP,
    max_completion_tokens: parameters.maxTokens,
    stop: parameters.stop,
    response_format: writeResponseFormat(parameters.responseFormat),
    parallel_tool_calls: parameters.parallelToolCalls,
    store: false,
    sluice: present({ variables: sample.variables, documents }),
  });
}

function writeMessage({ role, content, toolCalls, toolCallId }: Message): JsonObject {
  const onlyText = content.every(({ type }) => type === 'text');
  return present({
    role,
    content: onlyText
      ? content.map((part) => (part.type === 'text' ? part.text : '')).join('')
      : content.map(writePart),
    tool_calls: toolCalls?.map((call) => ({
      id: call.id,
      type: 'function',
      function: { name: call.name, arguments: call.arguments },
    })),
    tool_call_id: toolCallId,
  });
}

function writePart(part: Part): JsonObject {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'other':
      return part.raw;
    case 'image': {
      const { source } = part;
      const url = source.kind === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`;
      return { type: 'image_url', image_url: { url } };
    }
  }
}

function writeTool(tool: NonNullable<SampleBody['tools']>[number]): JsonObject {
  if (tool.kind === 'other') return tool.raw;
  const { name, description, parameters, strict } = tool;
  return { type: 'function', function: present({ name, description, parameters, strict }) };
}

function writeToolChoice(choice: NonNullable<SampleBody['toolChoice']>): JsonValue {
  if (choice.kind === 'other') return choice.raw;
  return choice.kind === 'function' ? { type: 'function', function: { name: choice.name } } : choice.kind;
}

function writeResponseFormat(format: SampleBody['parameters']['responseFormat']): JsonObject | undefined {
  if (format?.kind !== 'json_schema') return format === undefined ? undefined : { type: format.kind };
  const { name, schema, description, strict } = format;
  return { type: 'json_schema', json_schema: present({ name, schema, description, strict }) };
}

/** Without what is undefined, which JSON has no word for. */
function present(fields: Record<string, JsonValue | undefined>): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined),
  );
}
