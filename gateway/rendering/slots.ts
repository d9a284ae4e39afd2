import { randomBytes } from 'node:crypto';

/** Stand-ins for values while marked text is split into messages. */
export interface Slots {
  /** Keeps a value's text and returns the stand-in for it. */
  put(text: string): string;
  /** The text with every stand-in replaced by its value, once: values are not looked into again. */
  fill(text: string): string;
  /** No value was printed: the marked text is the template's alone. */
  isEmpty(): boolean;
}

/**
 * Slots of one rendering. Their names hold 96 random bits, so that no value can contain the name of another one.
 * They contain nothing that dotprompt's marks are made of: no blank, no angle bracket.
 */
export function createSlots(given?: string): Slots {
  const texts: string[] = [];
  let nonce = given;
  let pattern: RegExp | undefined;
  const ownNonce = (): string => (nonce ??= randomBytes(12).toString('hex'));
  return {
    put: (text) => `%${ownNonce()}:${texts.push(text) - 1}%`,
    fill(text) {
      if (texts.length === 0) return text;
      pattern ??= new RegExp(`%${ownNonce()}:(\\d+)%`, 'g');
      return text.replace(pattern, (slot, index: string) => texts[Number(index)] ?? slot);
    },
    isEmpty: () => texts.length === 0,
  };
}
