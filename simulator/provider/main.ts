import { readSettings } from './settings.ts';
import { startSimulator } from './simulator.ts';

const simulator = await startSimulator(readSettings(process.env));
const { openai, anthropic, control } = simulator;
process.stdout.write(`${JSON.stringify({ ready: true, openai, anthropic, control })}\n`);

const stop = (): void => void simulator.close();
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
