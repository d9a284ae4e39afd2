import { visibleLine } from '../../domain/text/visible-text.ts';

/** Something that is said at a line of a file. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  /** From the top of the repository. */
  readonly file: string;
  readonly line: number;
  readonly title: string;
  readonly message: string;
}

/** What GitHub shows of a step, of each level. */
const mostOfLevel = 10;
const mostCharacters = 1000;

/** The commands by which a step says something at a line, as many as are shown; the last of a level counts the others. */
export function annotationLines(annotations: readonly Annotation[]): string[] {
  return [...Map.groupBy(annotations, ({ level }) => level).values()].flatMap((all) => {
    if (all.length <= mostOfLevel) return all.map(commandOf);
    const shown = all.slice(0, mostOfLevel);
    const last = shown.at(-1);
    const more = all.length - mostOfLevel;
    if (last === undefined) return [];
    return [...shown.slice(0, -1), { ...last, message: `${last.message} (and ${more} more)` }].map(commandOf);
  });
}

function commandOf({ level, file, line, title, message }: Annotation): string {
  const values = `file=${property(file)},line=${line},title=${property(title)}`;
  return `::${level} ${values}::${commandData(visibleLine(message.slice(0, mostCharacters)))}`;
}

/** https://github.com/actions/toolkit, `packages/core/src/command.ts`: what would end the command is escaped, and shown as it was. */
export function commandData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** The same of what would end a value. */
function property(text: string): string {
  return commandData(visibleLine(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
