import {
  isCollection,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Scalar,
} from 'yaml';
import { SluiceError } from '../../domain/errors.ts';
import { reservedKey } from '../../domain/reserved-key.ts';
import { jsonFault } from './json-fault.ts';

/** Where in a document: keys and indices, outermost first. */
export type DocumentPath = readonly (string | number)[];

/** A YAML (or JSON) document that knows its lines. */
export interface LocatedYaml {
  readonly value: unknown;
  /** The line (1 is the first) of what stands at a path, or of the nearest thing around it that is there. */
  readonly lineOf: (path: DocumentPath) => number;
}

/**
 * Parses a document. Throws `invalid_file` naming file and line where the text is no YAML, and where readers of YAML do
 * not agree on what a value is.
 */
export function parseLocatedYaml(text: string, file: string): LocatedYaml {
  const { document, lineAt } = parse(text);
  const found = document.errors[0] ?? document.warnings[0];
  if (found !== undefined) throw invalid(file, lineAt(found.pos[0]), found.message, 'Mend the YAML there.');
  const twofold = firstTwofold(document);
  if (twofold !== undefined) {
    const { node, why } = twofold;
    throw invalid(file, lineAt(node.range?.[0] ?? 0), why, 'Write it in quotes, if a text is meant.');
  }
  refuseReservedKey(document, file, lineAt);
  return { value: valueOf(document, file), lineOf: lineFinder(document, lineAt) };
}

/** Aliases of aliases may stand for more than a machine holds. */
function valueOf(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS() as unknown;
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const what = 'its aliases stand for more than can be taken in';
    throw invalid(file, 1, what, 'Write out what they stand for, or leave aliases of aliases away.');
  }
}

/** Parses JSON, for the letter of it; the lines are those of the same text as YAML. Throws as `parseLocatedYaml` does. */
export function parseLocatedJson(text: string, file: string): LocatedYaml {
  const { document, lineAt } = parse(text);
  refuseReservedKey(document, file, lineAt);
  try {
    return { value: JSON.parse(text) as unknown, lineOf: lineFinder(document, lineAt) };
  } catch (error) {
    throw invalid(file, 1, jsonFault(error), 'Mend the JSON there.');
  }
}

function parse(text: string): {
  readonly document: Document.Parsed;
  readonly lineAt: (offset: number) => number;
} {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, merge: true, prettyErrors: false });
  return { document, lineAt: (offset) => lineCounter.linePos(offset).line };
}

function lineFinder(document: Document.Parsed, lineAt: (offset: number) => number): LocatedYaml['lineOf'] {
  const lineOf = (path: DocumentPath): number => {
    const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
    const start = (node as { readonly range?: [number, number, number] } | null | undefined)?.range?.[0];
    if (start !== undefined) return lineAt(start);
    return path.length === 0 ? 1 : lineOf(path.slice(0, -1));
  };
  return lineOf;
}

const agreedTags = ['str', 'int', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`);
/** A date to YAML 1.1, and so to promptfoo; a text to YAML 1.2. */
const date = /^\d{4}-\d\d?-\d\d?(?:$|[Tt]|[ \t]+\d)/;

/** The first value that is one thing to a reader of YAML 1.1 and another to one of YAML 1.2, or none of JSON's. */
function firstTwofold(document: Document.Parsed): { readonly node: Node; readonly why: string } | undefined {
  let found: { readonly node: Node; readonly why: string } | undefined;
  const stop = (node: Node, why: string): symbol => {
    found = { node, why };
    return visit.BREAK;
  };
  visit(document, {
    Pair: (_, { key }) =>
      isCollection(key) || (isScalar(key) && key.value === null)
        ? stop(key, 'this key is no text')
        : undefined,
    Node: (_, node) => {
      if (node.tag !== undefined && !agreedTags.includes(node.tag))
        return stop(node, `${node.tag} is not understood`);
      const why = isScalar(node) ? whyTwofold(node) : undefined;
      return why === undefined ? undefined : stop(node, why);
    },
  });
  return found;
}

/** What a file says under a name that means something else to programs would be dropped without a word. */
function refuseReservedKey(
  document: Document.Parsed,
  file: string,
  lineAt: (offset: number) => number,
): void {
  visit(document, {
    Pair: (_, { key }) => {
      if (!isScalar(key) || key.value !== reservedKey) return;
      throw invalid(file, lineAt(key.range?.[0] ?? 0), `nothing can be called ${reservedKey}`, 'Rename it.');
    },
  });
}

function whyTwofold({ type, value, source = '' }: Scalar): string | undefined {
  if (type === 'PLAIN' && date.test(source)) return `${source} is a date to some readers of YAML`;
  if (typeof value === 'number' && !Number.isFinite(value)) return `${source} is no number of JSON`;
  return undefined;
}

function invalid(file: string, line: number, what: string, remedy: string): SluiceError {
  return new SluiceError('invalid_file', `${file}:${line}: ${what}`, { remedy });
}
