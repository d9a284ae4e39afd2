import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { LabelledRow } from '../../bank-support/load-knowledge.ts';
import { editYaml } from '../edit-yaml.ts';
import { keepUp } from '../live-rate.ts';
import { criterion, labelsFile } from '../scored-app.ts';
import type { DemoWorld } from '../world.ts';
import { sortQuestions, type Sorted } from './questions.ts';
import type { Story } from './story.ts';
import { commonestWord, wordsOfItsOwn } from './words.ts';

/** The copy of the app, to which a change goes as it does today. */
export const copyName = 'bank-support-today';

/** The simulated judge sees what is right: it stands for one that people's labels have admitted. */
const judgeSees = { sensitivity: 1, specificity: 1 };

/** Makes the app serve, admits its judge, and finds out what the assistant answers rightly today. Throws what failed. */
export async function setUpStory(
  world: DemoWorld,
  rest: Pick<Story, 'screen' | 'checks' | 'ratePerSecond'>,
): Promise<Story> {
  const truth = world.app.queries.map(({ text, category }) => ({ text, label: category }));
  await world.provider?.judge({ ...judgeSees, truth });
  await must(world, ['app', 'create', '--stable', '--skip-evaluation', '--reason', 'the story begins']);
  const [{ right, wrong }] = await Promise.all([
    sortQuestions(world.stack.connections.productionGateways[0] ?? '', world.app.queries),
    must(world, ['judge', 'calibrate', 'default', labelsFile, '--criterion', criterion]),
  ]);
  const word = commonestWord(world.app.queries);
  const customers = world.users('bank-support', right);
  const today = world.users(copyName, right);
  const kept = keepUp(customers, rest.ratePerSecond, (rate) => {
    rest.screen.say(`(This machine has much to do: ${rate} questions a second from here on.)`, 'dim');
  });
  const complaint = complaintOf(word, wrong, right);
  return { ...rest, world, customers, today, kept, word, questions: right, complaint, found: {} };
}

/** Who writes the word, is answered wrongly, and writes another one that nobody else does who wants something else. */
function complaintOf(
  word: string,
  wrong: Sorted['wrong'],
  right: readonly LabelledRow[],
): Story['complaint'] {
  const all = [...right, ...wrong.map(({ question }) => question)];
  const found = wrong
    .filter(({ question }) => question.text.toLowerCase().includes(word))
    .map((each) => ({
      each,
      own: wordsOfItsOwn(each.question, all).length,
      uses: usesOfOwn(each.question, all),
    }))
    .filter(({ own }) => own > 0)
    .sort((a, b) => b.uses - a.uses)[0];
  if (found === undefined)
    throw new Error(
      `No message with "${word}" is answered wrongly: the story needs one to complain. \`--verify\` plays on these data.`,
    );
  return found.each;
}

/** By how many its commonest word of its own is written. */
function usesOfOwn(question: LabelledRow, all: readonly LabelledRow[]): number {
  const [own = ''] = wordsOfItsOwn(question, all);
  return all.filter(({ text }) => text.toLowerCase().includes(own)).length;
}

/** A copy of the app's folder beside it, with the files as they are now. */
export function copyApp({ app, home }: DemoWorld): void {
  const folder = join(home, copyName);
  cpSync(app.directory, folder, { recursive: true });
  editYaml(join(folder, 'sluice.yaml'), (spec) => {
    spec.setIn(['app'], copyName);
  });
}

async function must({ commands }: DemoWorld, args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await commands.sluice(args);
  if (code !== 0) throw new Error(`sluice ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
}
