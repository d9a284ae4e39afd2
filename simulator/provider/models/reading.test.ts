import type { PromptMessage } from './prompt.ts';
import { readPrompt } from './reading.ts';

const prompt = (system: string, user = 'Where is my card?'): PromptMessage[] => [
  { role: 'system', text: system },
  { role: 'user', text: user },
];
const WANTED = [
  { text: 'my card is lost', label: 'lost_card' },
  { text: 'what is my pin?', label: 'reverted_card_payment?' },
];

describe('examples in a prompt', () => {
  it.each([
    [
      'quoted arrows in a list',
      '- "my card is lost" => lost_card\n- "what is my pin?" => reverted_card_payment?',
    ],
    [
      'thin arrows, numbered',
      '1. my card is lost -> lost_card\n2. what is my pin? -> reverted_card_payment?',
    ],
    ['unicode arrows', 'my card is lost → `lost_card`\nwhat is my pin? → "reverted_card_payment?"'],
    [
      'questions and answers',
      'Q: my card is lost\nA: lost_card\n\nQ: what is my pin?\nA: reverted_card_payment?',
    ],
    [
      'text and intent',
      'Text: my card is lost\nIntent: lost_card\nText: what is my pin?\nIntent: reverted_card_payment?',
    ],
    [
      'a table',
      '| message | intent |\n|---|---|\n| my card is lost | lost_card |\n| what is my pin? | reverted_card_payment? |',
    ],
    [
      'JSON lines',
      '{"text": "my card is lost", "category": "lost_card"},\n{"query": "what is my pin?", "intent": "reverted_card_payment?"}',
    ],
    [
      'XML',
      '<example><text>my card is lost</text><intent>lost_card</intent></example>\n<example><text>what is my pin?</text> <label>reverted_card_payment?</label></example>',
    ],
    [
      'XML with attributes',
      '<example intent="lost_card">my card is lost</example><example intent="reverted_card_payment?">what is my pin?</example>',
    ],
  ])('are read from %s', (_format, text) => {
    const { examples } = readPrompt(prompt(`Name the intent.\n${text}\nBe kind.`));
    expect(examples).toEqual(expect.arrayContaining(WANTED));
    expect(examples.filter(({ text: said }) => said !== 'message')).toHaveLength(2);
  });

  it('are read from earlier turns', () => {
    const turns: PromptMessage[] = WANTED.flatMap(({ text, label }) => [
      { role: 'user', text },
      { role: 'assistant', text: `intent: ${label}\nGladly.` },
    ]);
    expect(readPrompt([...turns, { role: 'user', text: 'and now?' }]).examples).toEqual(WANTED);
  });

  it('stand in the user message too, apart from what the customer says', () => {
    const text = 'Examples:\n- "my card is lost" => lost_card\n\nCustomer message: I want cash';
    const reading = readPrompt([{ role: 'user', text }]);
    expect(reading.query).toBe('I want cash');
    expect(reading.examples).toEqual([WANTED[0]]);
  });
});

describe('instructions in a prompt', () => {
  it.each([
    ['Allowed intents: card_arrival, change_pin or close_account.'],
    ['Choose one of: card_arrival | change_pin | close_account'],
    ['The intents are:\n- card_arrival\n- change_pin: a new PIN\n- `close_account`\n\nBe kind.'],
  ])('lists of labels: %j', (text) => {
    const names = readPrompt(prompt(text)).allowed.map(({ name }) => name);
    expect(names).toEqual(['card_arrival', 'change_pin', 'close_account']);
  });

  it('what to say when unsure', () => {
    expect(readPrompt(prompt('If you are unsure, answer `unknown`.')).unsureLabel).toBe('unknown');
    expect(readPrompt(prompt('When none of them fits, reply with other.')).unsureLabel).toBe('other');
    expect(readPrompt(prompt('Be sure to be kind.')).unsureLabel).toBeUndefined();
  });

  it('rules', () => {
    const { rules } = readPrompt(prompt('- If the customer writes "stolen" or "robbed", answer lost_card.'));
    expect(rules).toEqual([{ phrases: ['stolen', 'robbed'], label: 'lost_card' }]);
  });

  it('the form of the answer', () => {
    expect(readPrompt(prompt('Start with\ncategory: <category>')).format).toMatchObject({
      labelField: 'category',
      brief: false,
    });
    expect(readPrompt(prompt('Answer only with the label.')).format).toMatchObject({
      labelField: 'label',
      brief: true,
    });
    expect(readPrompt(prompt('Answer in JSON: {"intent": "...", "reply": "..."}')).format.jsonKeys).toEqual([
      'intent',
      'reply',
    ]);
    expect(readPrompt(prompt('Use only the intents listed above.')).format.brief).toBe(false);
  });
});
