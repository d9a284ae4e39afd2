import { z } from 'zod';
import type { IncomingHttpHeaders } from 'node:http';
import type { PromptMessage } from '../models/prompt.ts';
import type { SimulatedRefusal } from './protocol.ts';

/** OpenAI's roles as a model sees them: `developer` speaks as the system. */
export const roleOf = (role: string): PromptMessage['role'] => {
  if (role === 'system' || role === 'developer') return 'system';
  if (role === 'assistant') return 'assistant';
  return role === 'user' ? 'user' : 'tool';
};

const textPart = z.looseObject({ type: z.string(), text: z.string().optional() });

/** Content as text or as parts; parts without text (images, audio) count as nothing to these models. */
export const content = z
  .union([z.string(), z.array(textPart), z.null()])
  .optional()
  .transform((value) =>
    typeof value === 'string' ? value : (value ?? []).map(({ text }) => text ?? '').join('\n'),
  );

export function bearerKey(headers: IncomingHttpHeaders): string | undefined {
  return /^Bearer\s+(\S+)$/iu.exec(headers.authorization ?? '')?.[1];
}

const WORDING = {
  invalid_request: { type: 'invalid_request_error', code: null },
  unauthorized: { type: 'invalid_request_error', code: 'invalid_api_key' },
  model_not_found: { type: 'invalid_request_error', code: 'model_not_found' },
  rate_limit: { type: 'requests', code: 'rate_limit_exceeded' },
  server_error: { type: 'server_error', code: null },
} as const;

/** OpenAI's error object. */
export function openaiError({ kind, message }: SimulatedRefusal): object {
  return { error: { message, ...WORDING[kind], param: kind === 'model_not_found' ? 'model' : null } };
}
