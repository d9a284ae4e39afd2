import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts';
import { loadKnowledge, readLabelledCsv } from '../load-knowledge.ts';
import { type Retriever, startRetriever } from './server.ts';

const KNOWLEDGE = join(import.meta.dirname, '../knowledge/knowledge.csv');
const DOCUMENTS = [
  { text: 'My card has not arrived', category: 'card_arrival' },
  { text: 'The card was stolen from my bag', category: 'stolen' },
  { text: "I can't remember my PIN", category: 'pin' },
];

interface Answer {
  index: { version: string; digest: string };
  documents: { id: string; text: string; score: number; metadata: { category: string } }[];
}

let database: TestDatabase;
let retriever: Retriever;
beforeAll(async () => {
  database = await createTestDatabase();
  retriever = await startRetriever({
    databaseUrl: database.url,
    schema: 'retriever',
    host: '127.0.0.1',
    port: 0,
  });
  expect((await post('/indexes', { name: 'small', version: 'v1', documents: DOCUMENTS })).status).toBe(201);
});
afterAll(async () => {
  await retriever.close();
  await database.drop();
});

const post = (path: string, body: unknown): Promise<Response> =>
  fetch(retriever.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
async function query(text: string, rest: object = {}): Promise<Answer> {
  const response = await post('/query', { query: text, index: 'small@v1', topK: 5, ...rest });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

describe('searching', () => {
  it('finds documents that share any word, the best first, with category and digest', async () => {
    const { index, documents } = await query('somebody has stolen my card!');
    expect(index).toEqual({
      version: 'small@v1',
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/u) as string,
    });
    expect(documents.map(({ metadata }) => metadata.category)).toEqual(['stolen', 'card_arrival']);
    expect(documents[0]?.score).toBeGreaterThan(documents[1]?.score ?? 0);
    expect(documents[0]).toMatchObject({ id: 'small@v1#2', text: 'The card was stolen from my bag' });
  });

  it('keeps to topK and to the filter', async () => {
    expect((await query('stolen card', { topK: 1 })).documents).toHaveLength(1);
    const filtered = await query('stolen card', {
      filter: { category: ['card_arrival', 'pin'] },
      subject: 's',
    });
    expect(filtered.documents.map(({ metadata }) => metadata.category)).toEqual(['card_arrival']);
  });

  it.each([
    "card' | 'stolen",
    'card & ! stolen',
    'card:*',
    '\\',
    "'); DROP SCHEMA retriever; --",
    'a\0card',
    '%',
    'card <-> 🙂',
  ])('takes %j as words, never as syntax', async (hostile) => {
    expect((await query(hostile)).documents.length).toBe(/card/u.test(hostile) ? 2 : 0);
  });

  it('finds words that look like syntax themselves', async () => {
    const link = String.raw`example.com/it's(a&b|c:\d`;
    await post('/indexes', {
      name: 'odd',
      version: 'v1',
      documents: [...DOCUMENTS, { text: `paid at ${link}`, category: 'link' }],
    });
    const { documents } = await query(link, { index: 'odd@v1' });
    expect(documents.map(({ metadata }) => metadata.category)).toEqual(['link']);
  });

  it('answers nothing for a query without a known word', async () => {
    expect((await query('the of and')).documents).toEqual([]);
    expect((await query('')).documents).toEqual([]);
  });

  it('says what is wrong: unknown index, bad body', async () => {
    expect((await post('/query', { query: 'x', index: 'small@v9', topK: 3 })).status).toBe(404);
    expect((await post('/query', { query: 'x', index: 'small', topK: 3 })).status).toBe(400);
    expect((await post('/query', { query: 'x', index: 'small@v1', topK: 0 })).status).toBe(400);
  });
});

describe('index versions', () => {
  it('are created once: the same again is unchanged, other contents are refused and change nothing', async () => {
    expect((await post('/indexes', { name: 'small', version: 'v1', documents: DOCUMENTS })).status).toBe(200);
    expect(
      (await post('/indexes', { name: 'small', version: 'v1', documents: DOCUMENTS.slice(1) })).status,
    ).toBe(409);
    expect((await query('arrived')).documents).toHaveLength(1);
  });

  it('are created once also when two ask at the same time', async () => {
    const documents = Array.from({ length: 3000 }, (_, at) => ({
      text: `card number ${at}`,
      category: 'card',
    }));
    const body = { name: 'raced', version: 'v1', documents };
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => post('/indexes', body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 201]);
  });

  it('are apart from each other', async () => {
    await post('/indexes', {
      name: 'small',
      version: 'v2',
      documents: [{ text: 'arrived safely', category: 'other' }],
    });
    expect((await query('arrived', { index: 'small@v2' })).documents.map(({ text }) => text)).toEqual([
      'arrived safely',
    ]);
    expect((await query('arrived')).documents.map(({ text }) => text)).toEqual(['My card has not arrived']);
    const listed = (await (await fetch(`${retriever.url}/indexes`)).json()) as { indexes: object[] };
    expect(listed.indexes).toContainEqual(
      expect.objectContaining({ name: 'small', version: 'v2', documents: 1 }),
    );
  });

  it('outlive the process that made them', async () => {
    const second = await startRetriever({
      databaseUrl: database.url,
      schema: 'retriever',
      host: '127.0.0.1',
      port: 0,
    });
    const listed = (await (await fetch(`${second.url}/indexes`)).json()) as { indexes: object[] };
    expect(listed.indexes).toContainEqual(expect.objectContaining({ name: 'small', version: 'v1' }));
    await second.close();
  });
});

describe('the knowledge base of the example', () => {
  it('has what the demo needs', async () => {
    const knowledge = await readLabelledCsv(KNOWLEDGE);
    const queries = await readLabelledCsv(join(import.meta.dirname, '../knowledge/queries.csv'));
    const intents = new Set(knowledge.map(({ category }) => category));
    expect(intents.size).toBeGreaterThanOrEqual(25);
    expect(knowledge.length).toBeGreaterThanOrEqual(250);
    expect(queries.length).toBeGreaterThanOrEqual(100);
    expect(queries.filter(({ category }) => !intents.has(category))).toEqual([]);
    const known = new Set(knowledge.map(({ text }) => text.toLowerCase()));
    expect(queries.filter(({ text }) => known.has(text.toLowerCase()))).toEqual([]);
    const long = queries.filter(({ text }) => text.length > 160).length;
    expect(long / queries.length).toBeGreaterThan(0.15);
  });

  it('is loaded once, and found', async () => {
    const target = { url: retriever.url, name: 'bank', version: 'v1', file: KNOWLEDGE };
    const first = await loadKnowledge(target);
    expect(first).toMatchObject({ created: true, digest: expect.stringMatching(/^sha256:/u) as string });
    expect(await loadKnowledge(target)).toEqual({ ...first, created: false });
    const { documents } = await query('the atm swallowed my card', { index: 'bank@v1', topK: 8 });
    expect(documents.map(({ metadata }) => metadata.category)).toContain('card_swallowed');
  });
});
