export interface Findable {
  readonly kind: 'release' | 'app';
  readonly id: string;
  /** What is searched, and shown. */
  readonly says: string;
}

const most = 12;

/** The first of what has all the words of a search, whatever their case and order. */
export function found(items: readonly Findable[], text: string): Findable[] {
  const words = text.toLowerCase().split(/\s+/);
  return items.filter(({ says }) => words.every((word) => says.toLowerCase().includes(word))).slice(0, most);
}
