import type { z } from 'zod';

/** The names that a schema knows at a place of a document: of all alternatives, where there are several. */
export function knownKeys(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  let here = structuresOf(schema);
  for (const part of path) here = here.flatMap((each) => belowOf(each, part).flatMap(structuresOf));
  return [
    ...new Set(here.flatMap(({ _zod: { def } }) => (def.type === 'object' ? Object.keys(def.shape) : []))),
  ];
}

/** What it is under its defaults, transformations and alternatives. */
function structuresOf(schema: z.core.$ZodType): z.core.$ZodTypes[] {
  const known = schema as z.core.$ZodTypes; // The union of zod's own classes: there are no others.
  const { def } = known._zod;
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'nonoptional':
    case 'default':
    case 'prefault':
    case 'catch':
    case 'readonly':
      return structuresOf(def.innerType);
    case 'pipe':
      return [...structuresOf(def.in), ...structuresOf(def.out)];
    case 'union':
      return def.options.flatMap(structuresOf);
    case 'intersection':
      return [...structuresOf(def.left), ...structuresOf(def.right)];
    default:
      return [known];
  }
}

function belowOf({ _zod: { def } }: z.core.$ZodTypes, part: PropertyKey): z.core.$ZodType[] {
  switch (def.type) {
    case 'object': {
      const below = def.shape[String(part)] ?? def.catchall;
      return below === undefined ? [] : [below];
    }
    case 'record':
      return [def.valueType];
    case 'array':
      return [def.element];
    default:
      return [];
  }
}
