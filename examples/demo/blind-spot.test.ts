import { wordsOutside } from './blind-spot.ts';

const queries = [
  ...['my card is gone', 'that card again', 'that fee is odd', 'a fee for that?', 'where is it till today'],
].map((text) => ({ text }));

describe('wordsOutside', () => {
  it('finds words of enough messages that no case has, the commonest first', () => {
    expect(wordsOutside(['My CARD is lost'], queries, 0.6)).toEqual(['that']);
    expect(wordsOutside(['My CARD is lost'], queries, 0.7)).toEqual(['that', 'gone']);
  });

  it('finds what there is, and no word that stands within one of a case', () => {
    expect(wordsOutside(['cards, thatch, goner, where still today again'], queries, 1)).toEqual([]);
  });
});
