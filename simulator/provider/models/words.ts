const STOP_WORDS = new Set(
  (
    'a about after all also am an and any are as at be because been before being but by can could did do does doing for from get ' +
    'got had has have having he hello help her hi him his how i if in into is it its just know let like may me might my need of ' +
    'on or our please she should so some tell than thank thanks that the their them then there these they this those to us very ' +
    'want was we were what when where which who why will with would you your im ive id'
  ).split(' '),
);
const SUFFIXES = [
  'ations',
  'ation',
  'ments',
  'ment',
  'ings',
  'ing',
  'edly',
  'ied',
  'ies',
  'ers',
  'ed',
  'er',
  'es',
  'ly',
  'e',
  's',
  'y',
];

/** Lower-case words of letters and digits; apostrophes are dropped, so "I'm" is `im`. */
export function words(text: string): string[] {
  return (
    text
      .toLowerCase()
      .replace(/['’]/gu, '')
      .match(/[\p{L}\d]+/gu) ?? []
  );
}

/** A light suffix stripper: arrive, arrived, arriving, arrives share a stem. At least three letters stay. */
export function stem(word: string): string {
  const suffix = SUFFIXES.find((ending) => word.endsWith(ending) && word.length - ending.length >= 3);
  const base = suffix === undefined ? word : word.slice(0, -suffix.length);
  return /([bdfglmnprt])\1$/u.test(base) ? base.slice(0, -1) : base;
}

/** A word that says little about what somebody wants. */
export const isStopWord = (word: string): boolean => STOP_WORDS.has(word);
