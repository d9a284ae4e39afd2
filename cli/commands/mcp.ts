import { done } from '../output/outcome.ts';
import { untilInterrupted } from '../until-interrupted.ts';
import type { Command } from './context.ts';

/** Serves agents over standard input and output until they close it: what is on standard output is theirs alone. */
export const mcp: Command<object> = async (context) => {
  const { serveAgents } = await import('../mcp/serve-agents.ts');
  context.tell('Serving an agent over standard input and output, by the rights of your token.');
  await untilInterrupted((signal) => serveAgents(context, signal));
  return { ...done('', {}), silent: true };
};
