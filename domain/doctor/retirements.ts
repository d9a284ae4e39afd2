/**
 * When models end, by the names that vendors give them: from the pages of their own, platform.openai.com/docs/deprecations
 * and docs.claude.com/en/docs/about-claude/model-deprecations. Not every model is here; of one that is not, nothing is known.
 */
export const retirements: Readonly<Record<string, string>> = {
  'claude-2.0': '2025-07-21',
  'claude-2.1': '2025-07-21',
  'claude-3-sonnet-20240229': '2025-07-21',
  'claude-3-5-sonnet-20240620': '2025-10-28',
  'claude-3-5-sonnet-20241022': '2025-10-28',
  'claude-3-opus-20240229': '2026-01-05',
  'claude-3-7-sonnet-20250219': '2026-02-19',
  'claude-opus-4-20250514': '2026-06-15',
  'claude-sonnet-4-20250514': '2026-06-15',
  'gpt-4-32k': '2025-06-06',
  'gpt-4.5-preview': '2025-07-14',
  'o1-preview': '2025-07-28',
  'o1-mini': '2025-10-27',
  'gpt-3.5-turbo-instruct': '2026-09-28',
  'gpt-3.5-turbo-1106': '2026-09-28',
  'chatgpt-4o-latest': '2026-02-17',
  'gpt-5-chat-latest': '2026-07-23',
  'gpt-5.1-chat-latest': '2026-07-23',
  'gpt-3.5-turbo': '2026-10-23',
  'gpt-3.5-turbo-0125': '2026-10-23',
  'gpt-4': '2026-10-23',
  'gpt-4-0613': '2026-10-23',
};
