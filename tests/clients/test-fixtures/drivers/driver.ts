// The client for TypeScript, driven by a test: a line of JSON for each command, and one for each answer, in their order.
import { createInterface } from 'node:readline';
import { bucketOf } from '../../../../clients/typescript/src/bucket.ts';
import {
  startClient,
  type ClientOptions,
  type Feedback,
  type Outcome,
  type Reported,
  type SluiceClient,
} from '../../../../clients/typescript/src/index.ts';
import { chooseArm, type Split } from '../../../../clients/typescript/src/split.ts';

let started: SluiceClient | undefined;
const errors: string[] = [];

function client(): SluiceClient {
  if (started === undefined) throw new Error('Not started.');
  return started;
}

const commands = {
  async start(options: ClientOptions): Promise<void> {
    started = await startClient({ ...options, onError: (error) => errors.push(String(error)) });
  },
  decide: (subject?: string) => client().decide(subject),
  report: (decision: Reported, outcome: Outcome) => {
    client().report(decision, outcome);
  },
  feedback: (decision: Reported, feedback: Feedback) => {
    client().feedback(decision, feedback);
  },
  state: () => ({ ...client().state(), errors }),
  close: () => client().close(),
  bucket: (salt: string, subject: string) => bucketOf(salt, subject),
  choose: (split: Split, subject: string, fresh: boolean) => chooseArm(split, subject, fresh),
};

type Command = (...given: unknown[]) => unknown;

async function answerTo(line: string): Promise<object> {
  const asked = JSON.parse(line) as { readonly do: keyof typeof commands; readonly with: unknown[] };
  try {
    return { answer: await (commands[asked.do] as Command)(...asked.with) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(await answerTo(line))}\n`);
