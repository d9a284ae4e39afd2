import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { questionsOf } from '../../evals/reports/comment/questions.ts';
import type { Shown } from '../../evals/reports/comment/gather.ts';
import type { FilePlace } from '../../evals/reports/comment/report-data.ts';
import { changesBetween } from '../change-record/changes.ts';
import type { Subjects, SubjectOptions } from './subjects.ts';

/** Where a run's files lie. */
export interface Folders {
  readonly workingDirectory: string;
  /** What people know paths from: the top of the repository. */
  readonly top: string;
}

/** What reports show beside what was measured: who asks what, where it stands, what has changed, how to run it again. */
export function shownBeside(
  subjects: Subjects,
  { top, workingDirectory }: Folders,
  options: SubjectOptions & { readonly environment: string; readonly seconds: number },
): Shown {
  const { candidate, baseline, suites, packed } = subjects;
  const { prompts, ...values } = candidate.content;
  const { prompts: former = {}, ...formerValues } = baseline?.content ?? {};
  const changed = Object.entries(prompts)
    .map(([prompt, { template }]) => ({ prompt, from: former[prompt]?.template ?? '', to: template }))
    .filter(({ from, to }) => from !== to);
  return {
    environment: options.environment,
    questions: questionsOf(suites),
    places: new Map(
      [...packed.places].map(([id, place]): [string, FilePlace] => [
        id,
        fromTop(place, { top, workingDirectory }),
      ]),
    ),
    prompts: baseline === undefined ? [] : changed,
    values: baseline === undefined ? [] : changesBetween(formerValues, values).map(asTexts),
    seconds: options.seconds,
    command: commandOf(options),
  };
}

/** `evals/cases.yaml:12:5`, from the folder one is in, as a line of a file from the top. */
function fromTop(place: string, { top, workingDirectory }: Folders): FilePlace {
  const [, file = place, line = '1'] = /^(.*):(\d+):\d+$/s.exec(place) ?? [];
  return { file: relative(top, resolve(workingDirectory, file)), line: Number(line) };
}

function asTexts({
  path,
  from,
  to,
}: {
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}) {
  const textOf = (value: unknown): string =>
    (value === undefined ? '–' : JSON.stringify(value)).slice(0, 300);
  return { path: path.slice(0, 200), from: textOf(from), to: textOf(to) };
}

/** What asks the same again, wherever the repository is. */
function commandOf({
  file,
  baseline,
  plan,
  environment,
}: SubjectOptions & { readonly environment: string }): string {
  const given = [
    ...(file === 'sluice.yaml' ? [] : ['--file', file]),
    ...(baseline === undefined ? [] : ['--baseline', baseline]),
    ...(plan === 'default' ? [] : ['--plan', plan]),
    ...(environment === 'staging' ? [] : ['--environment', environment]),
  ];
  return ['sluice', 'eval', ...given.map(quoted)].join(' ');
}

function quoted(word: string): string {
  return /^[\w./:@~^-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The line at which the first prompt that has changed does; undefined where none has. */
export function firstChange(
  { prompts }: Shown,
  { packed }: Subjects,
  { top, workingDirectory }: Folders,
): FilePlace | undefined {
  const [changed] = prompts;
  const file = changed === undefined ? undefined : packed.promptFiles[changed.prompt];
  if (changed === undefined || file === undefined) return undefined;
  const path = resolve(workingDirectory, file);
  const [former, latter] = [changed.from.split('\n'), changed.to.split('\n')];
  const at = latter.findIndex((line, i) => line !== former[i]);
  // Partials are taken in: then the file's own lines are others.
  const isThere = readFileSync(path, 'utf8').split('\n')[at] === latter[at];
  return { file: relative(top, path), line: at >= 0 && isThere ? at + 1 : 1 };
}
