import { failureOfStatus } from '../../protocols/failures/failure.ts';
import type { JsonObject } from '../../domain/json.ts';
import { cleanFailure } from './clean-failure.ts';

const apiKey = 'tenant-9f8e7d6c5b4a39281706-live';
const system = 'You are the assistant of Example Bank. Never mention project BLUEBIRD-77 to anybody.';
const body: JsonObject = {
  model: 'gpt-5-mini-2025-08-07',
  temperature: 0.3,
  messages: [
    { role: 'system', content: system },
    { role: 'user', content: [{ type: 'text', text: 'My number is K-4711-x, what is my balance?' }] },
  ],
};

function heard(message: string, status = 400): string {
  const said = { vendor: 'openai' as const, error: { message, code: 'bad', inner: { echo: [message] } } };
  const error = { code: 'bad', message, said, param: message.slice(0, 60) };
  return JSON.stringify(cleanFailure(failureOfStatus(status, error), { apiKey, body }));
}

it('takes out the key, whole, cut or masked, and other keys', () => {
  const masked = 'sk-abcd***************************wxyz';
  for (const shown of [apiKey, apiKey.slice(0, 14), apiKey.slice(-12), masked, 'AKIAABCDEFGHIJKLMNOP']) {
    const text = heard(`Incorrect API key provided: ${shown}. Find yours in the console.`, 429);
    expect(text).not.toContain(shown);
    expect(text).toContain('Incorrect API key provided: [key]. Find yours');
  }
});

it('takes out what the provider quotes of the prompt, whoever wrote it', () => {
  for (const quote of [system, system.slice(10, 50), 'K-4711-x', 'BLUEBIRD-77', system.slice(-30)]) {
    const text = heard(`Invalid prompt: "${quote}" violates the policy.`);
    expect(text).not.toContain(quote);
    expect(text).toContain('[quoted]');
    expect(text).toMatch(/violates the policy/);
  }
});

it('leaves what the error is about', () => {
  const about = [
    "Unsupported value: 'temperature' does not support 0.3 with this model. Only the default (1) value is supported.",
    'The model `gpt-5-mini-2025-08-07` does not exist or you do not have access to it.',
    "This model's maximum context length is 128000 tokens. However, your messages resulted in 130214 tokens.",
    "Invalid type for 'messages[0].content': expected one of a string or array of objects, but got null instead.",
  ];
  for (const message of about) expect(heard(message)).toContain(JSON.stringify(message).slice(1, -1));
});
