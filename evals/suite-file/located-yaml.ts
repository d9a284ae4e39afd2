import {
  isCollection,
  isMap,
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

/** A YAML (or JSON) document that knows its places. */
export interface LocatedYaml {
  readonly value: unknown;
  /**
   * Where it is what stands at a path, or the nearest thing around it that is there: `line:column`, from 1 on, as editors
   * count.
   */
  readonly placeOf: (path: DocumentPath) => string;
  /** The same of the name that the path ends with. */
  readonly placeOfKey: (path: DocumentPath) => string;
}

type PlaceAt = (offset: number) => string;

/**
 * Parses a document. Throws `invalid_file` with all places where the text is no YAML, and where readers of YAML do not agree
 * on what a value is.
 */
export function parseLocatedYaml(text: string, file: string): LocatedYaml {
  const { document, placeAt } = parse(text);
  const found = [...document.errors, ...document.warnings];
  if (found.length > 0) {
    const lines = found.map(({ pos, message }) => `${file}:${placeAt(pos[0])}: ${message}`);
    throw invalidFile([...new Set(lines)], 'Mend the YAML there.');
  }
  const twofold = allTwofold(document).map(
    ({ node, why }) => `${file}:${placeAt(node.range?.[0] ?? 0)}: ${why}`,
  );
  if (twofold.length > 0) throw invalidFile(twofold, 'Write it in quotes, if a text is meant.');
  refuseReservedKey(document, file, placeAt);
  return { value: valueOf(document, file), ...placeFinders(document, placeAt) };
}

/** Aliases of aliases may stand for more than a machine holds. */
function valueOf(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS() as unknown;
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const what = 'its aliases stand for more than can be taken in';
    throw invalid(file, '1:1', what, 'Write out what they stand for, or leave aliases of aliases away.');
  }
}

/** Parses JSON, for the letter of it; the places are those of the same text as YAML. Throws as `parseLocatedYaml` does. */
export function parseLocatedJson(text: string, file: string): LocatedYaml {
  const { document, placeAt } = parse(text);
  refuseReservedKey(document, file, placeAt);
  try {
    return { value: JSON.parse(text) as unknown, ...placeFinders(document, placeAt) };
  } catch (error) {
    throw invalid(file, '1:1', jsonFault(error), 'Mend the JSON there.');
  }
}

function parse(text: string): {
  readonly document: Document.Parsed;
  readonly placeAt: PlaceAt;
} {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, merge: true, prettyErrors: false });
  const placeAt = (offset: number): string => {
    const { line, col } = lineCounter.linePos(offset);
    return `${line}:${col}`;
  };
  return { document, placeAt };
}

function placeFinders(document: Document.Parsed, placeAt: PlaceAt): Omit<LocatedYaml, 'value'> {
  const placeOf = (path: DocumentPath): string => {
    const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
    const start = (node as { readonly range?: [number, number, number] } | null | undefined)?.range?.[0];
    if (start !== undefined) return placeAt(start);
    return path.length === 0 ? '1:1' : placeOf(path.slice(0, -1));
  };
  const placeOfKey = (path: DocumentPath): string => {
    const around: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
    const pairs = isMap(around) ? around.items : [];
    const key = pairs.map((pair) => pair.key).find((each) => isScalar(each) && each.value === path.at(-1));
    const start = isScalar(key) ? key.range?.[0] : undefined;
    return start === undefined ? placeOf(path) : placeAt(start);
  };
  return { placeOf, placeOfKey };
}

const agreedTags = ['str', 'int', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`);
/** A date to YAML 1.1, and so to promptfoo; a text to YAML 1.2. */
const date = /^\d{4}-\d\d?-\d\d?(?:$|[Tt]|[ \t]+\d)/;

interface Twofold {
  readonly node: Node;
  readonly why: string;
}

/** Values that are one thing to a reader of YAML 1.1 and another to one of YAML 1.2, or none of JSON's. */
function allTwofold(document: Document.Parsed): Twofold[] {
  const found: Twofold[] = [];
  visit(document, {
    Pair: (_, { key }) => {
      if (isCollection(key) || (isScalar(key) && key.value === null))
        found.push({ node: key, why: 'this key is no text' });
    },
    Node: (_, node) => {
      const unknownTag = node.tag !== undefined && !agreedTags.includes(node.tag);
      const why = unknownTag
        ? `${node.tag} is not understood`
        : isScalar(node)
          ? whyTwofold(node)
          : undefined;
      if (why !== undefined) found.push({ node, why });
    },
  });
  return found;
}

/** What a file says under a name that means something else to programs would be dropped without a word. */
function refuseReservedKey(document: Document.Parsed, file: string, placeAt: PlaceAt): void {
  visit(document, {
    Pair: (_, { key }) => {
      if (!isScalar(key) || key.value !== reservedKey) return;
      throw invalid(file, placeAt(key.range?.[0] ?? 0), `nothing can be called ${reservedKey}`, 'Rename it.');
    },
  });
}

function whyTwofold({ type, value, source = '' }: Scalar): string | undefined {
  if (type === 'PLAIN' && date.test(source)) return `${source} is a date to some readers of YAML`;
  if (typeof value === 'number' && !Number.isFinite(value)) return `${source} is no number of JSON`;
  return undefined;
}

function invalid(file: string, place: string, what: string, remedy: string): SluiceError {
  return invalidFile([`${file}:${place}: ${what}`], remedy);
}

function invalidFile(lines: readonly string[], remedy: string): SluiceError {
  return new SluiceError('invalid_file', lines.join('\n'), { remedy });
}
