import type { Example, PromptMessage } from './prompt.ts';

const LABEL = String.raw`[\p{L}\d][\p{L}\d_./?&-]*(?: [\p{L}\d][\p{L}\d_./?&-]*){0,4}`;
const BULLET = /^\s*(?:[-*•]|\d{1,4}[.)])\s+/u;
const QUOTED = new RegExp(
  String.raw`^["'“‘\x60](.+)["'”’\x60]\s*(?:=>|->|→|:|=|\|)\s*["'\x60]?(${LABEL})["'\x60]?[.,;]?$`,
  'u',
);
const ARROW = new RegExp(String.raw`^(.+?)\s*(?:=>|->|→)\s*["'\x60]?(${LABEL})["'\x60]?[.,;]?$`, 'u');
const ROW = new RegExp(String.raw`^\|\s*(.+?)\s*\|\s*["'\x60]?(${LABEL})["'\x60]?\s*\|$`, 'u');
const ASKED = /^(?:q|question|input|text|query|customer|user|message|phrase|utterance)\s*:\s*(.+)$/iu;
const ANSWERED = new RegExp(
  String.raw`^(?:a|answer|output|intent|label|category|class|topic|assistant)\s*:\s*["'\x60]?(${LABEL})["'\x60]?[.,;]?$`,
  'iu',
);
const TAGGED =
  /<(text|query|input|phrase|message|question)>([\s\S]*?)<\/\1>\s*<(intent|label|category|output|class)>\s*([\s\S]*?)\s*<\/\3>/giu;
const ATTRIBUTED = /<(\w+)\s+(?:intent|label|category|class)="([^"]+)"[^>]*>([\s\S]*?)<\/\1>/giu;
const TEXT_KEYS = ['text', 'query', 'input', 'phrase', 'message', 'question', 'utterance'];
const LABEL_KEYS = ['category', 'intent', 'label', 'output', 'class', 'topic'];

const unquote = (text: string): string => text.trim().replace(/^["'“‘`](.*)["'”’`]$/su, '$1');

/** One line as an example, if it is one: quoted, arrow, table row or JSON object. */
export function readExampleLine(line: string): Example | undefined {
  const bare = line.replace(BULLET, '').trim();
  if (bare.startsWith('{')) return readJsonExample(bare);
  const match = QUOTED.exec(bare) ?? ROW.exec(bare) ?? ARROW.exec(bare);
  const [, text, label] = match ?? [];
  if (text === undefined || label === undefined || /^\s*(?:if|when|whenever)\b/iu.test(bare))
    return undefined;
  return { text: unquote(text), label: label.replace(/\.$/u, '') };
}

function readJsonExample(line: string): Example | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line.replace(/,$/u, ''));
  } catch {
    return undefined; // A line of prose that starts with a brace is no example.
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = new Map<string, unknown>(Object.entries(value));
  const pick = (keys: string[]): unknown =>
    keys.map((key) => entries.get(key)).find((found) => found !== undefined);
  const [text, label] = [pick(TEXT_KEYS), pick(LABEL_KEYS)];
  return typeof text === 'string' && typeof label === 'string' ? { text, label } : undefined;
}

/** Examples in two lines, `Q: ...` and `A: label` and their like. */
function readPairs(lines: readonly string[]): Example[] {
  const said = lines.map((line) => line.replace(BULLET, '').trim()).filter((line) => line !== '');
  return said.flatMap((line, at) => {
    const text = ASKED.exec(line)?.[1];
    const label = ANSWERED.exec(said[at + 1] ?? '')?.[1];
    return text !== undefined && label !== undefined ? [{ text: unquote(text), label }] : [];
  });
}

function readTags(text: string): Example[] {
  const tagged = [...text.matchAll(TAGGED)].map(([, , said = '', , label = '']) => ({
    text: said.trim(),
    label,
  }));
  const attributed = [...text.matchAll(ATTRIBUTED)].map(([, , label = '', said = '']) => ({
    text: said.trim(),
    label,
  }));
  return [...tagged, ...attributed];
}

/** Earlier turns are examples too: what a user wrote, and the label that the assistant answered. */
function readTurns(messages: readonly PromptMessage[]): Example[] {
  return messages.flatMap((message, at) => {
    const next = messages[at + 1];
    if (message.role !== 'user' || next?.role !== 'assistant') return [];
    const firstLine = next.text.trim().split('\n')[0] ?? '';
    const label =
      ANSWERED.exec(firstLine)?.[1] ?? (/^[\p{L}\d_?-]+$/u.test(firstLine) ? firstLine : undefined);
    return label === undefined ? [] : [{ text: message.text.trim(), label }];
  });
}

/** Every labelled phrase of a prompt, in the order of the prompt, in any of the usual few-shot notations. */
export function readExamples(messages: readonly PromptMessage[]): Example[] {
  const inText = messages
    .filter((message) => message.role !== 'assistant')
    .flatMap(({ text }) => {
      const lines = text.split('\n');
      const single = lines.map(readExampleLine).filter((example) => example !== undefined);
      return [...single, ...readPairs(lines), ...readTags(text)];
    });
  return [...inText, ...readTurns(messages)];
}
