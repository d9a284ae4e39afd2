// Loads a knowledge base: node examples/bank-support/knowledge/main.ts --retriever URL --index name@version FILE.csv
import { parseArgs } from 'node:util';
import { loadKnowledge } from '../load-knowledge.ts';

const { values, positionals } = parseArgs({
  options: { retriever: { type: 'string' }, index: { type: 'string' } },
  allowPositionals: true,
});
const [name, version] = values.index?.split('@') ?? [];
const [file] = positionals;
if (values.retriever === undefined || !name || !version || file === undefined) {
  console.error('usage: knowledge/main.ts --retriever URL --index name@version FILE.csv');
  process.exitCode = 2;
} else {
  console.log(JSON.stringify(await loadKnowledge({ url: values.retriever, name, version, file })));
}
