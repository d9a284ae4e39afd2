import { isMap, isScalar, isSeq, type Document, type Pair, type YAMLMap } from 'yaml';

/** Where in a document: keys and indices, outermost first. */
export type DocumentPath = readonly (string | number)[];

/** As `line:column`, from 1 on, as editors count. */
export interface DocumentPlaces {
  /** Where it is what stands at a path, or the nearest thing around it that is there. */
  readonly placeOf: (path: DocumentPath) => string;
  /** The same of the name that the path ends with. */
  readonly placeOfKey: (path: DocumentPath) => string;
}

/**
 * The places of a document. A map is looked up by its keys in a table of them: to ask the library is to compare each key
 * anew, for each of very many faults.
 */
export function placesOf(document: Document.Parsed, placeAt: (offset: number) => string): DocumentPlaces {
  const tables = new WeakMap<YAMLMap, PairsByKey>();
  const pairAt = (map: YAMLMap, key: string | number): Pair | undefined => {
    let table = tables.get(map);
    if (table === undefined) tables.set(map, (table = pairsByKey(map)));
    return table.get(key);
  };
  const nodeAt = (path: DocumentPath): unknown => {
    let node: unknown = document.contents;
    for (const part of path) {
      if (isSeq(node)) node = node.items[Number(part)];
      else node = isMap(node) ? pairAt(node, part)?.value : undefined;
    }
    return node;
  };
  const placeOf = (path: DocumentPath): string => {
    const start = startOf(nodeAt(path));
    if (start !== undefined) return placeAt(start);
    return path.length === 0 ? '1:1' : placeOf(path.slice(0, -1));
  };
  const placeOfKey = (path: DocumentPath): string => {
    const around = nodeAt(path.slice(0, -1));
    const name = path.at(-1);
    const start = name !== undefined && isMap(around) ? startOf(pairAt(around, name)?.key) : undefined;
    return start === undefined ? placeOf(path) : placeAt(start);
  };
  return { placeOf, placeOfKey };
}

type PairsByKey = ReadonlyMap<unknown, Pair>;

/** The first of each key. */
function pairsByKey({ items }: YAMLMap): PairsByKey {
  const table = new Map<unknown, Pair>();
  for (const pair of items)
    if (isScalar(pair.key) && !table.has(pair.key.value)) table.set(pair.key.value, pair);
  return table;
}

function startOf(node: unknown): number | undefined {
  return (node as { readonly range?: [number, number, number] } | null | undefined)?.range?.[0];
}
