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
import { assertBoundedJson } from '../../domain/json-bounds.ts';
import { hasReservedKey, reservedKey } from '../../domain/reserved-key.ts';
import { placesOf, type DocumentPath, type DocumentPlaces } from './document-places.ts';
import { jsonFault } from './json-fault.ts';

export type { DocumentPath };

/** A YAML (or JSON) document that knows its places. */
export interface LocatedYaml extends DocumentPlaces {
  readonly value: unknown;
}

type PlaceAt = (offset: number) => string;

/**
 * Parses a document. Throws `invalid_file` with all places where the text is no YAML, and where readers of YAML do not agree
 * on what a value is.
 */
export function parseLocatedYaml(text: string, file: string): LocatedYaml {
  const { document, placeAt } = parse(text);
  const found = faultsOf(document);
  if (found.length > 0) {
    const lines = found.map(({ at, message }) => `${file}:${placeAt(at)}: ${message}`);
    throw invalidFile([...new Set(lines)], 'Mend the YAML there.');
  }
  const twofold = allTwofold(document).map(
    ({ node, why }) => `${file}:${placeAt(node.range?.[0] ?? 0)}: ${why}`,
  );
  if (twofold.length > 0) throw invalidFile(twofold, 'Write it in quotes, if a text is meant.');
  refuseReservedKey(document, file, placeAt);
  return { value: valueOf(document, file), ...placesOf(document, placeAt) };
}

interface Fault {
  /** In characters from the document's beginning. */
  readonly at: number;
  readonly message: string;
}

/** What is no YAML, in the order of the text. */
function faultsOf(document: Document.Parsed): Fault[] {
  const found = [...document.errors, ...document.warnings].map(({ pos, message }) => ({
    at: pos[0],
    message,
  }));
  const twice = keysTwice(document).map((at) => ({ at, message: 'Map keys must be unique' }));
  return twice.length === 0 ? found : [...found, ...twice].sort((a, b) => a.at - b.at);
}

/** Where keys stand that their map has had. (The library compares each key with all those before it.) */
function keysTwice(document: Document.Parsed): number[] {
  const found: number[] = [];
  visit(document, {
    Map: (_, { items }) => {
      const keys = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key) || Number.isNaN(key.value)) continue; // No number that is none is another.
        if (keys.has(key.value)) found.push(key.range?.[0] ?? 0);
        keys.add(key.value);
      }
    },
  });
  return found;
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
  assertBoundedJson(Buffer.from(text), file);
  const value = jsonOf(text, file);
  if (hasReservedKey(value)) {
    const { document, placeAt } = parse(text);
    refuseReservedKey(document, file, placeAt);
    throw invalid(file, '1:1', `nothing can be called ${reservedKey}`, 'Rename it.');
  }
  // To read it as YAML takes very much longer, and only what is wrong has to have a place.
  let known: DocumentPlaces | undefined;
  const places = (): DocumentPlaces => {
    if (known !== undefined) return known;
    const { document, placeAt } = parse(text);
    return (known = placesOf(document, placeAt));
  };
  return {
    value,
    placeOf: (path) => places().placeOf(path),
    placeOfKey: (path) => places().placeOfKey(path),
  };
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(file, '1:1', jsonFault(error), 'Mend the JSON there.');
  }
}

function parse(text: string): {
  readonly document: Document.Parsed;
  readonly placeAt: PlaceAt;
} {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, merge: true, prettyErrors: false, uniqueKeys: false });
  const placeAt = (offset: number): string => {
    const { line, col } = lineCounter.linePos(offset);
    return `${line}:${col}`;
  };
  return { document, placeAt };
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
