import { LineCounter, parseDocument } from 'yaml';
import { SluiceError } from '../../domain/errors.ts';

/** Where in a document: keys and indices, outermost first. */
export type DocumentPath = readonly (string | number)[];

/** A YAML (or JSON) document that knows its lines. */
export interface LocatedYaml {
  value: unknown;
  /** The line (1 is the first) of what stands at a path, or of the nearest thing around it that is there. */
  lineOf: (path: DocumentPath) => number;
}

/** Parses a document. Throws `invalid_file` naming file and line where the text is no YAML. */
export function parseLocatedYaml(text: string, file: string): LocatedYaml {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, merge: true, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line } = lineCounter.linePos(error.pos[0]);
    throw new SluiceError('invalid_file', `${file}:${line}: ${error.message}`, {
      remedy: 'Mend the YAML there.',
    });
  }
  const lineOf = (path: DocumentPath): number => {
    const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
    const start = (node as { range?: [number, number, number] } | null | undefined)?.range?.[0];
    if (start !== undefined) return lineCounter.linePos(start).line;
    return path.length === 0 ? 1 : lineOf(path.slice(0, -1));
  };
  return { value: document.toJS() as unknown, lineOf };
}
