import { shortenedAtWord } from '../../domain/text/shortened.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Part, ToolCall } from '../request.ts';
import { sampledRequest, type Sample } from './sample.ts';

/** Of a long conversation the last turns are shown, and the beginning of long ones. */
const mostTurns = 20;
const mostCharacters = 8_000;

/** What a sample asks, as people read it: its conversation and the prompt's variables, in no protocol's words. */
export function spokenOf(sample: Sample): JsonObject {
  const { variables, prompt } = sample;
  const { messages } = sampledRequest(sample);
  const turns = messages.slice(-mostTurns).map(({ role, content, toolCalls = [] }): JsonObject => ({
    role,
    text: [...content.map(partText), ...toolCalls.map(callText)].filter((text) => text !== '').join('\n'),
  }));
  const texts = Object.entries(variables).map(([name, value]) => [
    name,
    shortenedAtWord(typeof value === 'string' ? value : JSON.stringify(value), mostCharacters),
  ]);
  return {
    ...(prompt === undefined ? {} : { prompt }),
    turns,
    earlierTurns: messages.length - turns.length,
    variables: Object.fromEntries(texts) as JsonObject,
  };
}

/** What an answer says and calls, as people read it. */
export function saidOf(answer: {
  readonly output: string;
  readonly finishReason?: string;
  readonly toolCalls?: readonly ToolCall[];
}): JsonObject {
  const { output, finishReason, toolCalls = [] } = answer;
  // Where there is no text, the calls are all that there is of it.
  const text = toolCalls.length > 0 && output.startsWith('[{"id"') ? '' : output;
  return {
    text: shortenedAtWord(text, mostCharacters),
    ...(finishReason === undefined ? {} : { finishReason }),
    calls: toolCalls.map(callText),
  };
}

function partText(part: Part): string {
  if (part.type === 'text') return shortenedAtWord(part.text, mostCharacters);
  return part.type === 'image' ? '[image]' : `[${part.type}]`;
}

function callText({ name, arguments: given }: ToolCall): string {
  return `${name}(${shortenedAtWord(given, mostCharacters)})`;
}
