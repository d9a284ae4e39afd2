import type { Revision, Split } from './split.ts';

/** A lease as it was when its event was sent, in milliseconds. */
export interface SentLease {
  readonly ageMs: number;
  readonly ttlMs: number;
}

/** What is told of a split: with its revisions, and a token that proves it to every gateway. */
export interface ToldSplit {
  readonly split: Split;
  readonly revisions: ReadonlyMap<string, Revision>;
  readonly token: string;
}

/** An event of `GET /v1/split`. `atMs`: when it was sent, since the gateway had our request. */
export type SplitEvent =
  | ({ readonly kind: 'split'; readonly atMs: number; readonly lease: SentLease | null } & ToldSplit)
  | {
      readonly kind: 'lease';
      readonly atMs: number;
      readonly version: number;
      readonly lease: SentLease | null;
    }
  | { readonly kind: 'end' };

/** The events of a response's body, as they come. Those of a kind that this version does not know are left out. */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<SplitEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = eventOf(block);
      if (event !== undefined) yield event;
    }
  }
}

function eventOf(block: string): SplitEvent | undefined {
  const field = (name: string): string | undefined =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  const kind = field('event');
  if (kind === 'end') return { kind };
  if (kind !== 'split' && kind !== 'lease') return undefined;
  const data = record(JSON.parse(field('data') ?? '{}'));
  const common = { atMs: number(data['atMs']), lease: leaseOf(data['lease']) };
  if (kind === 'lease') return { kind, ...common, version: number(data['version']) };
  return { kind, ...common, ...toldSplitOf(data) };
}

/** Throws where it is none: then another gateway is asked. */
export function toldSplitOf(value: unknown): ToldSplit {
  const { split, revisions, token } = record(value);
  return { split: splitOf(record(split)), revisions: revisionsOf(record(revisions)), token: text(token) };
}

function splitOf(of: Readonly<Record<string, unknown>>): Split {
  const candidate = of['candidate'];
  return {
    app: text(of['app']),
    environment: text(of['environment']),
    version: number(of['version']),
    stable: text(of['stable']),
    ...(candidate === undefined ? {} : { candidate: text(candidate) }),
    fallback: of['fallback'] === 'candidate' ? 'candidate' : 'stable',
    weight: number(of['weight']),
    include: texts(of['include']),
    exclude: texts(of['exclude']),
    salt: text(of['salt']),
  };
}

function revisionsOf(of: Readonly<Record<string, unknown>>): Map<string, Revision> {
  return new Map(
    Object.entries(of).map(([digest, value]) => {
      const { label, content } = record(value);
      return [digest, { digest, label: text(label), ...(content === undefined ? {} : { content }) }];
    }),
  );
}

function leaseOf(value: unknown): SentLease | null {
  if (value === null || value === undefined) return null;
  const { ageMs, ttlMs } = record(value);
  return { ageMs: number(ageMs), ttlMs: number(ttlMs) };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  throw new TypeError('Not an event of a split.');
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError('Not an event of a split.');
}

function number(value: unknown): number {
  if (typeof value === 'number') return value;
  throw new TypeError('Not an event of a split.');
}

function texts(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(text);
  throw new TypeError('Not an event of a split.');
}
