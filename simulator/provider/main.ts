import { readSettings } from './settings.ts';
import { startSimulator } from './simulator.ts';

const settings = readSettings(process.env);
const simulator = await startSimulator(settings);
const { openai, anthropic, control } = simulator;
process.stdout.write(`${JSON.stringify({ ready: true, openai, anthropic, control })}\n`);

const stop = (): void => void simulator.close();
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
// A parent that dies closes its end of stdin, however it dies.
if (settings.exitWithParent) process.stdin.resume().once('close', stop);
