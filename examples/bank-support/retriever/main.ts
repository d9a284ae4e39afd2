import { readSettings } from './settings.ts';
import { startRetriever } from './server.ts';

const settings = readSettings(process.env);
const retriever = await startRetriever(settings);
process.stdout.write(`${JSON.stringify({ ready: true, url: retriever.url })}\n`);

const stop = (): void => void retriever.close();
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
if (settings.exitWithParent) process.stdin.resume().once('close', stop);
