import type { AllowedLabel, OutputFormat, Rule } from './prompt.ts';

const NAME = String.raw`[\p{L}\d][\p{L}\d_./?&-]*`;
const TOPIC = String.raw`(?:intents?|labels?|categor(?:y|ies)|class(?:es)?|topics?|one of(?: the following)?)`;
const INLINE_LIST = new RegExp(String.raw`${TOPIC}[^:\n]{0,60}:\s*(.+)$`, 'iu');
const LIST_HEADER = new RegExp(String.raw`${TOPIC}[^:\n]{0,60}:\s*$`, 'iu');
const LIST_ITEM = new RegExp(
  String.raw`^\s*(?:[-*•]|\d{1,4}[.)])\s+["'\x60]?(${NAME})["'\x60]?\s*(?:(?::|-|–|—)\s+(.*))?$`,
  'u',
);
const WHOLE_NAME = new RegExp(String.raw`^${NAME}(?: ${NAME}){0,3}$`, 'u');
const RULE = new RegExp(
  String.raw`^\s*(?:[-*•]|\d{1,4}[.)])?\s*(?:if|when|whenever)\b(.*["'“\x60].+["'”\x60].*?)(?:,|:|=>|->|→|\bthen\b)\s*(?:then\s+)?(?:always\s+)?(?:(?:answer|use|choose|pick|say|reply|name|return)(?: with)?|(?:the|its) \w+ is|it is|\w+ ?:)?\s*(?:intent:?\s*)?["'\x60]?(${NAME})["'\x60]?\.?\s*$`,
  'iu',
);
const UNSURE = new RegExp(
  String.raw`\b(?:unsure|not sure|uncertain|none (?:of|fits|applies|matches)|nothing fits|no \w+ (?:fits|matches|applies)|(?:do|does) not (?:fit|match|know)|cannot tell|don't know)\b[^.\n]*?\b(?:answer|use|say|reply|respond|write|choose|return|output|give)\b(?: with)?:?\s*(?:the \w+\s+|\w+:\s*)?["'\x60]?([\p{L}\d][\p{L}\d_-]*)`,
  'iu',
);
const FIELD_LINE = /^[\s`"']*(\w{2,20})\s*:\s*[`"']?(?:<[^>]+>|\[[^\]]+\]|\{[^}]+\})/mu;
const BRIEF = [
  /\b(?:answer|reply|respond|return|output|write)\b (?:with )?(?:only|just|nothing but)\b[^.\n]{0,40}\b(?:intent|label|category|class|topic|name|line)\b/iu,
  /\b(?:intent|label|category|class|topic|name|line)\b (?:only|and nothing else)\b/iu,
];
const AS_JSON = /\b(?:in|as|valid|a|single) json\b/iu;
const JSON_TEMPLATE = /\{\s*"[^{}]*\}/u;
const LABEL_WORD = /\b(intent|category|label|class|topic|sentiment)/iu;

const listItems = (text: string): string[] =>
  text
    .replace(/\.\s*$/u, '')
    .split(/\s*[,|;]\s*(?:(?:or|and)\s+)?|\s+(?:or|and)\s+/u)
    .map((item) => item.trim().replace(/^["'`](.*)["'`]$/u, '$1'));

/** The labels that a prompt permits: `Allowed intents: a, b, c`, or a heading with a bulleted list below. */
export function readAllowedLabels(instructions: string): AllowedLabel[] {
  const lines = instructions.split('\n');
  return lines.flatMap((line, at) => {
    const inline = listItems(INLINE_LIST.exec(line)?.[1] ?? '');
    if (inline.length >= 2 && inline.every((item) => WHOLE_NAME.test(item))) {
      return inline.map((name) => ({ name, description: '' }));
    }
    return LIST_HEADER.test(line) ? readBullets(lines.slice(at + 1)) : [];
  });
}

function readBullets(lines: readonly string[]): AllowedLabel[] {
  const found: AllowedLabel[] = [];
  for (const line of lines) {
    const [, name, description] = LIST_ITEM.exec(line) ?? [];
    if (name !== undefined) found.push({ name, description: description ?? '' });
    else if (line.trim() !== '' || found.length > 0) break;
  }
  return found;
}

/** Sentences like `- If the customer writes "stolen" or "robbed", answer lost_card`. */
export function readRules(instructions: string): Rule[] {
  return instructions.split('\n').flatMap((line) => {
    const [, condition, label] = RULE.exec(line) ?? [];
    if (condition === undefined || label === undefined) return [];
    const phrases = [...condition.matchAll(/["“`]([^"”`]+)["”`]/gu)].map(([, phrase = '']) =>
      phrase.toLowerCase(),
    );
    return phrases.length === 0 ? [] : [{ phrases, label: label.replace(/\.$/u, '') }];
  });
}

/** The label that a prompt wants when nothing fits (`if unsure, answer unknown`), or undefined. */
export function readUnsureLabel(instructions: string): string | undefined {
  return UNSURE.exec(instructions)?.[1];
}

/** How the prompt wants the answer written: field name, brevity, JSON keys. */
export function readOutputFormat(instructions: string): OutputFormat {
  const fieldLine = FIELD_LINE.exec(instructions)?.[1];
  const template = AS_JSON.test(instructions) ? (JSON_TEMPLATE.exec(instructions)?.[0] ?? '{}') : undefined;
  const jsonKeys =
    template === undefined ? [] : [...template.matchAll(/"(\w+)"\s*:/gu)].map(([, key = '']) => key);
  return {
    labelField: fieldLine ?? LABEL_WORD.exec(instructions)?.[1]?.toLowerCase() ?? 'intent',
    brief: BRIEF.some((pattern) => pattern.test(instructions)),
    fieldLine: fieldLine !== undefined,
    ...(template === undefined ? {} : { jsonKeys }),
  };
}

/** Whether a prompt speaks of intents, labels or their like. */
export const mentionsLabels = (instructions: string): boolean => LABEL_WORD.test(instructions);
