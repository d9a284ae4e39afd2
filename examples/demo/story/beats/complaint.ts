import { wordDiffLines } from '../../../../domain/text/word-diff.ts';
import { changePrompt, hastySentence } from '../story-app.ts';
import { inWords, quoted, until, type Beat } from '../story.ts';
import { tollOf } from '../toll.ts';

const answersFirst = 100;

export const complaint: Beat = {
  title: 'A customer complains, and one sentence of the prompt is mended',
  async play(story) {
    const { screen, checks, customers, world, word } = story;
    const { question, answer } = story.complaint;
    await until(story, 'the first answers', 10_000, () =>
      customers.records().length >= answersFirst ? true : undefined,
    );
    const before = tollOf(customers.records());
    checks.claim(
      'before the change nobody is answered wrongly',
      before.wronged === 0,
      `${before.wronged} customers wronged in ${before.answers} answers`,
    );
    screen.say(`${quoted(question.text, 300)} was answered as ${quoted(answer.split('\n')[0] ?? '')}.`);
    screen.say(`That is about ${inWords(question.category)}. The prompt gets a sentence that says so:`);
    const texts = changePrompt(world.app.directory, hastySentence(word, question.category));
    screen.lines(wordDiffLines(texts.before, texts.after).filter(isSentence), 'green');
    const added = texts.after.split('\n').filter((line) => !texts.before.includes(line));
    checks.claim('the change is one sentence', added.length === 1, added.join(' / '));
  },
};

/** Of the line after it a word diff marks the hyphen. */
function isSentence(line: string): boolean {
  return /\{\+[^+]{4,}/.test(line);
}
