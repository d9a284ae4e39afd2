import { field, textOf } from '../../journey.ts';
import { carefulSentence, changePrompt, storyPlan } from '../story-app.ts';
import { readRelease, sluice, until, type Beat, type Story } from '../story.ts';
import { tollOf } from '../toll.ts';
import { wordsOfItsOwn } from '../words.ts';

export const carefulLabel = 'careful-1';
const quarter = 25;
const answersSeen = 20;
/** Nothing of a candidate for so long: it is gone. At a quarter of the traffic it answers several times a second. */
const quietMs = 3_000;
/** Lease of the story's plan; the longest look, by which it is renewed; and a poll of the gateways with some arrivals. */
const [leaseMs, lookMs, pollMs] = [6_000, 4_000, 1_500];

export const everythingDies: Beat = {
  title: 'Mended with care; and at 25 % everything dies that Sluice is made of',
  async play(story) {
    const id = await releaseCarefully(story);
    const killedAt = await killAll(story);
    await bringBack(story, id, killedAt);
  },
};

/** The sentence with a word of its own, and another model first: its provider is needed in the next beat. */
async function releaseCarefully(story: Story): Promise<string> {
  const { world, screen, customers } = story;
  const { question } = story.complaint;
  const [own = ''] = wordsOfItsOwn(question, world.app.queries);
  changePrompt(world.app.directory, carefulSentence(own, question.category));
  world.app.apply({
    label: carefulLabel,
    message: 'Mend it for those whom it is about',
    fields: [
      [
        ['revision', 'chain'],
        [
          { provider: 'anthropic', model: 'sonata-large' },
          { provider: 'openai', model: 'atlas-large' },
        ],
      ],
    ],
  });
  screen.lines([carefulSentence(own, question.category)], 'green');
  const started = await sluice(story, ['release', 'start', '--plan', storyPlan]);
  const id = textOf(started.json, 'release', 'id');
  screen.say(
    'Test suite and mirror find nothing wrong with it this time. Waiting until a quarter of the customers has it.',
  );
  await until(story, `${carefulLabel} at 25 %`, 40_000, async () => {
    const release = await readRelease(story, id);
    if (release?.closedAt !== undefined)
      throw new Error(`${id} ended: ${release.state}, ${release.reason ?? ''}`);
    return candidateAnswers(story, 0) >= answersSeen && release?.weight === quarter ? true : undefined;
  });
  const { wronged } = tollOf(customers.records().filter(({ revision }) => revision === carefulLabel));
  story.checks.claim('what is mended with care wrongs nobody', wronged === 0, `${wronged} customers wronged`);
  return id;
}

function candidateAnswers({ customers }: Story, sinceMs: number): number {
  return customers
    .records()
    .filter(
      ({ revision, arm, startedAtMs }) =>
        revision === carefulLabel && arm === 'candidate' && startedAtMs > sinceMs,
    ).length;
}

async function killAll(story: Story): Promise<number> {
  const { screen, checks, customers, world } = story;
  const { stack } = world;
  const parts = [stack.worker, stack.api, stack.temporal, stack.postgres].filter(
    (part) => part !== undefined,
  );
  screen.command(`kill -9 ${parts.map((part) => part.pid()).join(' ')}`);
  await Promise.all(parts.map((part) => part.kill()));
  const killedAt = Date.now();
  screen.say(
    'The worker, the API, Temporal and PostgreSQL are dead. Look at the line of answers: it does not move.',
  );
  const lastMs = await until(story, "the end of the candidate's lease", 15_000, () => {
    const after = customers.records().filter(({ startedAtMs }) => startedAtMs > killedAt);
    const expired = after.some(({ reason }) => reason === 'lease-expired');
    const last = customers.lastSeen(carefulLabel, 'candidate')?.startedAtMs ?? 0;
    return expired && Date.now() - last > quietMs ? last : undefined;
  });
  const { answers, failed } = tollOf(customers.records().filter(({ startedAtMs }) => startedAtMs > killedAt));
  const goneMs = lastMs - killedAt;
  screen.say(
    `${answers} answers meanwhile, ${failed} failed. The new version lives on a lease of seconds (a minute in real ` +
      `releases): with nobody there to watch it, the last question went to it ${(goneMs / 1000).toFixed(1)} s after the kill.`,
  );
  checks.claim(
    'with all of it dead no answer fails',
    answers > 0 && failed === 0,
    `${answers} answers, ${failed} failed`,
  );
  checks.claim(
    'the candidate is gone with its lease',
    goneMs <= leaseMs + lookMs + pollMs,
    `last request of it ${(goneMs / 1000).toFixed(1)} s after the kill`,
  );
  return killedAt;
}

async function bringBack(story: Story, id: string, killedAt: number): Promise<void> {
  const { screen, checks, customers, world } = story;
  const { stack } = world;
  screen.say('They are started again.');
  await stack.postgres?.start();
  await stack.temporal?.start();
  await Promise.all([stack.api.start(), stack.worker.start()]);
  const backAt = Date.now();
  await until(story, 'the candidate to be served again', 20_000, () =>
    candidateAnswers(story, backAt) > 0 ? true : undefined,
  );
  const release = await until(story, 'the API', 10_000, () => readRelease(story, id));
  const { failed } = tollOf(customers.records().filter(({ startedAtMs }) => startedAtMs > killedAt));
  screen.say(
    `↻ The release goes on by itself, at ${release.weight} %, where it was. ${failed === 0 ? 'No customer has noticed.' : ''}`,
    'green',
  );
  checks.claim(
    'everything comes back, and the release goes on where it was',
    release.state === 'progressing' && field(release, 'weight') === quarter && failed === 0,
    `${release.state} at ${release.weight} %; ${failed} answers failed from the kill on`,
  );
}
