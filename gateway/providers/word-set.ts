/** Words that are looked for in long texts. */
interface WordSet {
  /** Those of them that are words of the text. */
  foundIn(text: string): ReadonlySet<string>;
}

/** In characters. */
const [shortest, longest] = [8, 64];

/** By a character of ASCII whether words are made of it. */
const ofWord = Uint8Array.from({ length: 128 }, (_, code) => Number(/[\w-]/.test(String.fromCharCode(code))));

/**
 * A set of words as `/[\w-]{8,64}/g` finds them. A text is read once, and no word of it is cut out but one that has the
 * number of a word of the set: most have none.
 */
export function createWordSet(words: readonly string[]): WordSet {
  const set = new Set(words);
  const numbers = new Set(words.map((word) => numberOf(word)));
  return {
    foundIn(text) {
      const found = new Set<string>();
      if (set.size === 0) return found;
      for (let at = 0; at < text.length; at += 1) {
        let number = 0;
        const from = at;
        for (; at < text.length && at - from < longest && isOfWord(text.charCodeAt(at)); at += 1)
          number = withUnit(number, text.charCodeAt(at));
        if (at - from >= shortest && numbers.has(number)) {
          const word = text.slice(from, at);
          if (set.has(word)) found.add(word);
        }
        // The next word begins at once.
        if (at - from === longest) at -= 1;
      }
      return found;
    },
  };
}

function isOfWord(code: number): boolean {
  return code < ofWord.length && ofWord[code] === 1;
}

function numberOf(word: string): number {
  let number = 0;
  for (let at = 0; at < word.length; at += 1) number = withUnit(number, word.charCodeAt(at));
  return number;
}

function withUnit(number: number, unit: number): number {
  return (Math.imul(number, 31) + unit) | 0;
}
