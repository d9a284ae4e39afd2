import { randomBytes } from 'node:crypto';

/** Stand-ins for values while marked text is split into messages. */
export interface Slots {
  /** Keeps a value's text and returns the stand-in for it. */
  put(text: string): string;
  /** The text with every stand-in replaced by its value, once: values are not looked into again. */
  fill(text: string): string;
}

/**
 * Slots of one rendering. Their names hold 96 random bits, so that no value can contain the name of another one.
 * They contain nothing that dotprompt's marks are made of: no blank, no angle bracket.
 */
export function createSlots(nonce: string = randomBytes(12).toString('hex')): Slots {
  const texts: string[] = [];
  const pattern = new RegExp(`%${nonce}:(\\d+)%`, 'g');
  return {
    put: (text) => `%${nonce}:${texts.push(text) - 1}%`,
    fill: (text) => text.replace(pattern, (slot, index: string) => texts[Number(index)] ?? slot),
  };
}
