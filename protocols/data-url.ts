import type { ImageSource } from './request.ts';

const pattern = /^data:([^;,]+);base64,(.*)$/s;

/** An image's address as OpenAI writes it: `https:` or `data:` with base64. */
export function imageSourceOf(url: string): ImageSource {
  const [, mediaType, data] = pattern.exec(url) ?? [];
  return mediaType === undefined || data === undefined
    ? { kind: 'url', url }
    : { kind: 'base64', mediaType, data };
}

/** The address of an image as OpenAI writes it. */
export function imageUrlOf(source: ImageSource): string {
  return source.kind === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`;
}
