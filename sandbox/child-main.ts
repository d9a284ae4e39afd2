import { messageOf } from '../domain/errors.ts';
import type { FirstLine } from './first-line.ts';
import type { Interpreter } from './interpreter.ts';
import { createLines } from './lines.ts';
import { limits, readyLine, type SandboxAnswer, type SandboxQuestion, type TeamCode } from './question.ts';

// The entry of the sandbox's processes. It reads what it is for, then a question a line, and answers each by a line with
// the question's id. It has an empty environment, and Node lets it have no file, process or thread (locked-process.ts).

/** Written by our own parent alone. */
interface QuestionLine {
  readonly id: string;
  readonly question: SandboxQuestion;
}

/** Loaded where there are schemas: most suites have none. */
const jsonSchema = () => import('./json-schema.ts');
/** Loaded where there are prompts. */
const prompts = () => import('../gateway/rendering/check-prompts.ts');

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function answer(question: SandboxQuestion): Promise<SandboxAnswer> {
  switch (question.kind) {
    case 'javascript':
      return engine().run(question.body, question.output, question.vars);
    case 'regex':
      return valued(() => new RegExp(question.pattern).test(question.text));
    case 'schema': {
      const { whyNotOfSchema } = await jsonSchema();
      return valued(() => whyNotOfSchema(question.text, question.schema));
    }
    case 'prompts': {
      const { checkPrompts } = await prompts();
      const found = await checkPrompts(question.sources, question);
      return { kind: 'value', json: JSON.stringify(found) };
    }
    case 'understand':
      return understand(question.what);
  }
}

async function understand(what: TeamCode): Promise<SandboxAnswer> {
  switch (what.kind) {
    case 'javascript':
      return engine().compile(what.body);
    case 'regex':
      return valued(() => {
        new RegExp(what.pattern);
        return undefined;
      });
    case 'schema': {
      const { compileSchema } = await jsonSchema();
      return valued(() => {
        compileSchema(what.schema);
        return undefined;
      });
    }
  }
}

function valued(work: () => boolean | string | null | undefined): SandboxAnswer {
  try {
    const value = work();
    return value === undefined ? { kind: 'value' } : { kind: 'value', json: JSON.stringify(value) };
  } catch (error) {
    return { kind: 'threw', message: messageOf(error).slice(0, limits.message) };
  }
}

let interpreter: Interpreter | undefined;

function engine(): Interpreter {
  if (interpreter === undefined) throw new Error('This process was started without an engine.');
  return interpreter;
}

/** Loads what it is for, so that no question has to wait for that. */
async function begin(first: FirstLine): Promise<void> {
  if (first.purpose === 'prompts') {
    await prompts();
  } else {
    const { createInterpreter } = await import('./interpreter.ts');
    const { compile } = await import('./web-assembly.ts');
    interpreter = createInterpreter(compile(Buffer.from(first.engine, 'base64')));
    await interpreter.ready;
  }
  say(readyLine);
}

let asked: Promise<unknown> | undefined;

function take(line: string): void {
  if (asked === undefined) {
    asked = begin(JSON.parse(line) as FirstLine);
    return;
  }
  const { id, question } = JSON.parse(line) as QuestionLine;
  asked = asked.then(async () => {
    say(JSON.stringify({ id, answer: await answer(question) }));
  });
}

process.stdin.on(
  'data',
  createLines(take, {
    longest: Number.POSITIVE_INFINITY,
    onTooLong: () => undefined,
  }),
);
// Who asked is gone.
process.stdin.on('end', () => process.exit(0));
