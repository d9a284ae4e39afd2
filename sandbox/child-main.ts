import { messageOf } from '../domain/errors.ts';
import { createInterpreter, type Interpreter } from './interpreter.ts';
import { createLines } from './lines.ts';
import { compile } from './web-assembly.ts';
import { limits, readyLine, type Answer, type Question, type TeamCode } from './question.ts';

// The entry of the sandbox's processes. It reads the engine, then a question a line, and answers each by a line with the
// question's id. It has an empty environment, and Node lets it have no file, process or thread (locked-process.ts).

/** Written by our own parent alone. */
interface QuestionLine {
  id: string;
  question: Question;
}

/** Loaded where there are schemas: most suites have none. */
const jsonSchema = () => import('./json-schema.ts');

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function answer(interpreter: Interpreter, question: Question): Promise<Answer> {
  switch (question.kind) {
    case 'javascript':
      return interpreter.run(question.body, question.output, question.vars);
    case 'regex':
      return valued(() => new RegExp(question.pattern).test(question.text));
    case 'schema': {
      const { whyNotOfSchema } = await jsonSchema();
      return valued(() => whyNotOfSchema(question.text, question.schema));
    }
    case 'understand':
      return understand(interpreter, question.what);
  }
}

async function understand(interpreter: Interpreter, what: TeamCode): Promise<Answer> {
  switch (what.kind) {
    case 'javascript':
      return interpreter.compile(what.body);
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

function valued(work: () => boolean | string | null | undefined): Answer {
  try {
    const value = work();
    return value === undefined ? { kind: 'value' } : { kind: 'value', json: JSON.stringify(value) };
  } catch (error) {
    return { kind: 'threw', message: messageOf(error).slice(0, limits.message) };
  }
}

let asked: Promise<unknown> = Promise.resolve();
let interpreter: Interpreter | undefined;

function take(line: string): void {
  if (interpreter === undefined) {
    interpreter = createInterpreter(compile(Buffer.from(line, 'base64')));
    void interpreter.ready.then(() => {
      say(readyLine);
    });
    return;
  }
  const { id, question } = JSON.parse(line) as QuestionLine;
  const engine = interpreter;
  asked = asked.then(async () => {
    say(JSON.stringify({ id, answer: await answer(engine, question) }));
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
