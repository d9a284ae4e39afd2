import { Dotprompt, type Message as PromptMessage, type Part as PromptPart } from 'dotprompt';
import type { ImagePart, Message, Part } from '../../protocols/request.ts';
import type { Slots } from './slots.ts';

/** Stands for all of the caller's messages; dotprompt puts it where `{{history}}` is, or before the last user message. */
const historyMark: PromptMessage = { role: 'user', content: [{ text: 'history' }] };

/** Splits marked text into messages, puts the caller's messages in, and only then fills the slots. */
export type MessageSplitter = (
  markedText: string,
  slots: Slots,
  history: readonly Message[],
) => readonly Message[] | Promise<readonly Message[]>;

/**
 * A splitter at dotprompt's role, history and media marks. Slots are filled after the split, so no value can become
 * a mark. Dotprompt has no public function that only splits: a template that is nothing but the text does it.
 */
export async function createMessageSplitter(): Promise<MessageSplitter> {
  const split = await new Dotprompt().compile('{{{text}}}');
  const known = new Map<string, readonly (Message | 'history')[]>();
  const splitAnew = async (markedText: string, slots: Slots): Promise<readonly (Message | 'history')[]> => {
    const { messages } = await split({ input: { text: markedText }, messages: [historyMark] });
    const rendered = messages.map((message) => (isHistory(message) ? 'history' : toMessage(message, slots)));
    // Without a value in it a text is one of the few that the template itself can give: what its conditions leave.
    if (slots.isEmpty() && known.size < textsKept) known.set(markedText, rendered);
    return rendered;
  };
  return (markedText, slots, history) => {
    const found = slots.isEmpty() ? known.get(markedText) : undefined;
    if (found !== undefined) return withHistory(found, history);
    return splitAnew(markedText, slots).then((rendered) => withHistory(rendered, history));
  };
}

const textsKept = 16;

function isHistory(message: PromptMessage): boolean {
  return message === historyMark || message.metadata?.['purpose'] === 'history';
}

/** The caller's system messages go with the template's own, the others where the history is. */
function withHistory(
  rendered: readonly (Message | 'history')[],
  history: readonly Message[],
): readonly Message[] {
  const hasSystem = history.some(isSystem);
  const turns = hasSystem ? history.filter((message) => !isSystem(message)) : history;
  const out: Message[] = [];
  for (const message of rendered) {
    if (message === 'history') for (const turn of turns) out.push(turn);
    else if (message.content.length > 0) out.push(message);
  }
  if (!hasSystem) return out;
  const callerSystem = history.filter(isSystem);
  const firstTurn = out.findIndex(({ role }) => role !== 'system');
  const systemEnd = firstTurn === -1 ? out.length : firstTurn;
  return [...out.slice(0, systemEnd), ...callerSystem, ...out.slice(systemEnd)];
}

function isSystem({ role }: Message): boolean {
  return role === 'system';
}

function toMessage(message: PromptMessage, slots: Slots): Message {
  return {
    role: message.role === 'model' ? 'assistant' : message.role,
    content: message.content.flatMap((part) => toPart(part, slots)),
  };
}

function toPart(part: PromptPart, slots: Slots): readonly Part[] {
  if ('media' in part) return [toImage(slots.fill(part.media.url))];
  if (!('text' in part)) return [];
  const text = slots.fill(part.text);
  return text.trim() === '' ? [] : [{ type: 'text', text }];
}

const dataUrl = /^data:([^;,]+);base64,(.*)$/s;

function toImage(url: string): ImagePart {
  const [, mediaType, data] = dataUrl.exec(url) ?? [];
  if (mediaType === undefined || data === undefined) return { type: 'image', source: { kind: 'url', url } };
  return { type: 'image', source: { kind: 'base64', mediaType, data } };
}
