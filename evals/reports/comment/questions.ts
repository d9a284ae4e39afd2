import type { PublishedSuite } from '../../../domain/evaluation/suite.ts';

/** What each case asks, as people read it, by `suite/id`: the message, or the conversation, and the prompt's variables. */
export function questionsOf(suites: readonly PublishedSuite[]): ReadonlyMap<string, string> {
  return new Map(
    suites.flatMap(({ name, content: { tests } }) =>
      tests.map(({ id, vars }): [string, string] => [`${name}/${id}`, questionOf(vars)]),
    ),
  );
}

function questionOf({
  message,
  messages,
  ...variables
}: PublishedSuite['content']['tests'][number]['vars']): string {
  const asked = message ?? messages;
  const said = typeof asked === 'string' ? asked : JSON.stringify(asked);
  const names = Object.entries(variables).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return [said, ...names].join('\n');
}
