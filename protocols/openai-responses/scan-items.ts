import type { JsonValue } from '../../domain/json.ts';
import { type Fields, fieldsOf } from '../fields.ts';

/** What a response's items say, all together. */
export interface Said {
  readonly content: boolean;
  readonly called: boolean;
  readonly refused: boolean;
  /** Content that only this protocol has words for. */
  readonly own: boolean;
}

const nothing: Said = { content: false, called: false, refused: false, own: false };
const content: Said = { ...nothing, content: true };

/** Items that tell no other protocol anything, and are content to callers of this one: searches, images, custom tools. */
export function isOwnContent(itemType: string): boolean {
  return !['message', 'reasoning', 'function_call'].includes(itemType);
}

/** Throws `invalid_request` where an item is malformed. */
export function scanItems(items: readonly JsonValue[]): Said {
  return together(items.map((item, i) => scanItem(fieldsOf(item, `output[${i}]`))));
}

function together(all: readonly Said[]): Said {
  return {
    content: all.some((said) => said.content),
    called: all.some((said) => said.called),
    refused: all.some((said) => said.refused),
    own: all.some((said) => said.own),
  };
}

function scanItem(item: Fields): Said {
  const type = item.string('type');
  switch (type) {
    case 'message':
      return together(
        item.array('content').map((part, i) => scanPart(fieldsOf(part, `${item.path}.content[${i}]`))),
      );
    case 'reasoning': {
      const parts = [...(item.optionalArray('summary') ?? []), ...(item.optionalArray('content') ?? [])];
      const texts = parts.map((part) => fieldsOf(part, item.path).optionalString('text') ?? '');
      return texts.some((text) => text !== '') ? content : nothing;
    }
    case 'function_call':
      for (const name of ['call_id', 'name', 'arguments']) item.string(name);
      return { ...content, called: true };
    default:
      return isOwnContent(type) ? { ...content, own: true } : nothing;
  }
}

function scanPart(part: Fields): Said {
  switch (part.string('type')) {
    case 'output_text':
      return part.string('text') === '' ? nothing : content;
    case 'refusal':
      return { ...nothing, content: part.string('refusal') !== '', refused: true };
    default:
      return nothing;
  }
}
