import type { Fields } from '../fields.ts';

/** Numbers those of an answer's blocks that call a caller's tool. */
export interface CallCounter {
  begin(block: string): number;
  /** Undefined for a block that is no call of a caller's tool. */
  find(block: string): number | undefined;
  count(): number;
}

export function createCallCounter(): CallCounter {
  const numbers = new Map<string, number>();
  return {
    begin(block) {
      const number = numbers.size;
      numbers.set(block, number);
      return number;
    },
    find: (block) => numbers.get(block),
    count: () => numbers.size,
  };
}

/** Of which block an event of a stream is. */
export function indexOf(event: Fields): string {
  return String(event.optionalNumber('index') ?? 0);
}
