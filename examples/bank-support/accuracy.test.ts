import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createCatalogue } from '../../simulator/provider/models/catalogue.ts';
import { createJudge } from '../../simulator/provider/models/judge.ts';
import { generate } from '../../simulator/provider/models/generate.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { loadKnowledge, readLabelledCsv } from './load-knowledge.ts';
import { type Retriever, startRetriever } from './retriever/server.ts';

const OWN = join(import.meta.dirname, 'knowledge');
/** 77 intents of real customers' queries; not part of the project, see the README. */
const BANKING77 = join(import.meta.dirname, '../../../shared/data/banking77');
const HEAD = 'Name the intent of the customer message.';
const TAIL = '\nintent: <intent>';
const MOST = 8;

interface Asked {
  readonly text: string;
  readonly category: string;
  readonly examples: readonly string[];
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
});
afterAll(async () => {
  await retriever.close();
  await database.drop();
});

/** Every `stride`th query of a folder, with what the retriever finds for it. */
async function ask(folder: string, stride: number): Promise<{ asked: Asked[]; intents: string[] }> {
  const index = { name: stride === 1 ? 'own' : 'real', version: 'v1' };
  await loadKnowledge({ url: retriever.url, ...index, file: join(folder, 'knowledge.csv') });
  const queries = (await readLabelledCsv(join(folder, 'queries.csv'))).filter((_, at) => at % stride === 0);
  const asked: Asked[] = [];
  for (const { text, category } of queries) {
    const response = await fetch(`${retriever.url}/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: text, index: `${index.name}@v1`, topK: MOST }),
    });
    const { documents } = (await response.json()) as {
      documents: { text: string; metadata: { category: string } }[];
    };
    asked.push({ text, category, examples: documents.map((d) => `- "${d.text}" => ${d.metadata.category}`) });
  }
  const knowledge = await readLabelledCsv(join(folder, 'knowledge.csv'));
  return { asked, intents: [...new Set(knowledge.map(({ category }) => category))] };
}

/** Share of right answers, in percent, of a model that is shown so many examples, or the intents' names instead. */
function accuracy(modelId: string, asked: readonly Asked[], shown: number | { intents: string[] }): number {
  const model = createCatalogue({ flashFastCharacters: 160 }).find(({ id }) => id === modelId)!;
  const right = asked.filter(({ text, category, examples }) => {
    const lines =
      typeof shown === 'number' ? examples.slice(0, shown) : [`Intents: ${shown.intents.join(', ')}`];
    const messages = [
      { role: 'system' as const, text: [HEAD, ...lines, TAIL].join('\n') },
      { role: 'user' as const, text },
    ];
    const { output } = generate(
      model,
      { messages, temperature: 0, maxTokens: 300, format: { kind: 'text' } },
      { occurrence: 1, judge: createJudge() },
    );
    return output.kind === 'text' && output.text.startsWith(`intent: ${category}\n`);
  });
  return (100 * right.length) / asked.length;
}

async function expectOrder(folder: string, stride: number, marginPoints: number): Promise<void> {
  const { asked, intents } = await ask(folder, stride);
  const large = {
    none: accuracy('atlas-large', asked, { intents }),
    one: accuracy('atlas-large', asked, 1),
    most: accuracy('atlas-large', asked, MOST),
  };
  expect(large.none).toBeGreaterThan(5);
  expect(large.one).toBeGreaterThan(large.none + 20);
  expect(large.most).toBeGreaterThan(large.one + marginPoints);
  expect(large.most).toBeGreaterThan(accuracy('atlas-mini', asked, MOST) + marginPoints);
  // The fast model is nearly as good as the large one: only its time tells them apart.
  expect(Math.abs(accuracy('atlas-flash', asked, MOST) - large.most)).toBeLessThan(5);
}

describe('more examples and a larger model really answer better', () => {
  it('on the knowledge base of the example', async () => {
    await expectOrder(OWN, 1, 4);
  });

  (existsSync(BANKING77) ? it : it.skip)('on real queries of bank customers', async () => {
    await expectOrder(BANKING77, 4, 2);
  });
});
