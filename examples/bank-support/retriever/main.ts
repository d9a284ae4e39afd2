import { readSettings } from './settings.ts';
import { startRetriever } from './server.ts';

const retriever = await startRetriever(readSettings(process.env));
process.stdout.write(`${JSON.stringify({ ready: true, url: retriever.url })}\n`);

const stop = (): void => void retriever.close();
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
