import { readExampleLine, readExamples } from './examples.ts';
import {
  mentionsLabels,
  readAllowedLabels,
  readOutputFormat,
  readRules,
  readUnsureLabel,
} from './instructions.ts';
import type { PromptMessage, PromptReading } from './prompt.ts';

const TAGGED_MESSAGE = /<(message|query|question|customer_message|input|text)>\s*([\s\S]*?)\s*<\/\1>\s*$/iu;
const MARKED_MESSAGE =
  /(?:^|\n)\s*(?:the )?(?:customer|user|client)?(?:'s)? ?(?:message|query|question|input|text|customer|user)[^:\n]{0,20}:\s*([\s\S]+)$/iu;

/** The customer's own words in the last user message: without examples and instructions that a template put around them. */
function readCustomerMessage(lastUserMessage: string): string {
  const tagged = TAGGED_MESSAGE.exec(lastUserMessage)?.[2];
  if (tagged !== undefined) return tagged;
  const lines = lastUserMessage.split('\n').filter((line) => readExampleLine(line) === undefined);
  const rest = lines.join('\n').trim();
  const marked = lines.length > 1 ? MARKED_MESSAGE.exec(rest)?.[1] : undefined;
  return (marked ?? rest).trim() || lastUserMessage.trim();
}

/** Reads a whole prompt: what is asked, what is shown, what is permitted. Pure. */
export function readPrompt(messages: readonly PromptMessage[]): PromptReading {
  const lastUser = messages.findLast((message) => message.role === 'user')?.text ?? '';
  const query = readCustomerMessage(lastUser);
  const told = messages.filter((message) => message.role === 'system').map((message) => message.text);
  const instructions = [...told, ...(query === lastUser.trim() ? [] : [lastUser.replace(query, '')])].join(
    '\n',
  );
  const examples = readExamples(messages);
  const allowed = readAllowedLabels(instructions);
  const unsureLabel = readUnsureLabel(instructions);
  return {
    query,
    examples,
    allowed,
    rules: readRules(instructions),
    ...(unsureLabel === undefined ? {} : { unsureLabel }),
    format: readOutputFormat(instructions),
    asksForLabel: examples.length > 0 || allowed.length > 0 || mentionsLabels(instructions),
    instructions,
  };
}
