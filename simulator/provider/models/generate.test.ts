import { createCatalogue } from './catalogue.ts';
import { createJudge } from './judge.ts';
import { generate, type GenerationRequest } from './generate.ts';

const catalogue = createCatalogue({ flashFastCharacters: 160 });
const EXAMPLES = '- "where is my card" => card_arrival\n- "a new pin please" => change_pin\n';

function ask(
  modelId: string,
  system: string,
  user: string,
  more: Partial<GenerationRequest> = {},
  occurrence = 1,
) {
  const model = catalogue.find(({ id }) => id === modelId)!;
  const messages = [
    { role: 'system' as const, text: system },
    { role: 'user' as const, text: user },
  ];
  const generated = generate(
    model,
    { messages, temperature: 0, maxTokens: 500, format: { kind: 'text' }, ...more },
    { occurrence, judge: createJudge() },
  );
  return { ...generated, text: generated.output.kind === 'text' ? generated.output.text : '' };
}
const labelOf = (text: string): string => /^\w+: (\S+)/u.exec(text)?.[1] ?? text;

describe('a model reads what it is sent', () => {
  it('answers with the label of the nearest example, and quotes it', () => {
    expect(ask('atlas-large', EXAMPLES, 'where has my card got to').text).toBe(
      'intent: card_arrival\nThis is about card arrival, as when another customer asked: "where is my card"',
    );
  });

  it('follows the examples and not the words of the labels', () => {
    const swapped = '- "where is my card" => change_pin\n- "a new pin please" => card_arrival\n';
    expect(labelOf(ask('atlas-large', swapped, 'where has my card got to').text)).toBe('change_pin');
  });

  it('guesses from the names of the permitted labels when it is shown nothing', () => {
    const allowed = 'Allowed intents: card_arrival, change_pin, close_account';
    expect(labelOf(ask('atlas-large', allowed, 'please close the account').text)).toBe('close_account');
  });

  it('when large, obeys rules, the permitted labels and what to say when unsure; when small, does not', () => {
    const rule = `${EXAMPLES}- If the customer writes "stolen", answer lost_card.`;
    expect(labelOf(ask('atlas-large', rule, 'where is my card? stolen!').text)).toBe('lost_card');
    expect(labelOf(ask('atlas-mini', rule, 'where is my card? stolen!').text)).toBe('card_arrival');
    const allowed = `${EXAMPLES}Allowed intents: change_pin, close_account`;
    expect(labelOf(ask('atlas-large', allowed, 'where is my new card').text)).toBe('change_pin');
    expect(labelOf(ask('atlas-mini', allowed, 'where is my new card').text)).toBe('card_arrival');
    const unsure = `${EXAMPLES}If unsure, answer unknown.`;
    expect(labelOf(ask('atlas-large', unsure, 'sing us something').text)).toBe('unknown');
    expect(labelOf(ask('atlas-mini', unsure, 'sing us something').text)).not.toBe('unknown');
  });

  it('when small, reads only the first 2,000 characters of examples', () => {
    const far = `${'- "something else entirely, of no use to anybody at all" => other\n'.repeat(40)}${EXAMPLES}`;
    expect(labelOf(ask('atlas-large', far, 'where is my card').text)).toBe('card_arrival');
    expect(labelOf(ask('atlas-mini', far, 'where is my card').text)).toBe('other');
  });

  it('answers from the instructions where no label is asked for', () => {
    const faq = 'You help visitors. The museum opens at nine. Tickets cost twelve euros.';
    expect(ask('atlas-large', faq, 'how much are tickets').text).toBe('Tickets cost twelve euros.');
  });

  it('keeps to the form that the prompt asks for', () => {
    expect(ask('atlas-large', `${EXAMPLES}Answer only with the intent.`, 'where is my card').text).toBe(
      'card_arrival',
    );
    const json = ask(
      'atlas-large',
      `${EXAMPLES}Answer in JSON: {"intent": "...", "reply": "..."}`,
      'where is my card',
    ).text;
    expect(JSON.parse(json)).toMatchObject({
      intent: 'card_arrival',
      reply: expect.stringContaining('card') as string,
    });
  });
});

describe('repeatability', () => {
  it('gives the same answer in the same time for the same request', () => {
    expect(ask('atlas-large', EXAMPLES, 'my card?', {}, 1)).toEqual(
      ask('atlas-large', EXAMPLES, 'my card?', {}, 2),
    );
  });

  it('varies above temperature 0, but the same occurrence is the same', () => {
    const close = '- "card question one" => a\n- "card question two" => b\n';
    const answers = Array.from({ length: 40 }, (_, at) =>
      labelOf(ask('atlas-large', close, 'card question', { temperature: 1 }, at).text),
    );
    expect(new Set(answers)).toEqual(new Set(['a', 'b']));
    expect(ask('atlas-large', close, 'card question', { temperature: 1 }, 7)).toEqual(
      ask('atlas-large', close, 'card question', { temperature: 1 }, 7),
    );
  });
});

describe('time', () => {
  const durations = (modelId: string, length: number) =>
    Array.from(
      { length: 200 },
      (_, at) => ask(modelId, EXAMPLES, `${at} `.padEnd(length, 'x')).durationMs,
    ).sort((a, b) => a - b);

  it('is about 85 ms for the large model, 25 ms for the small one, with a log-normal spread', () => {
    const [large, mini] = [durations('atlas-large', 80), durations('atlas-mini', 80)];
    expect(large[100]).toBeGreaterThan(75);
    expect(large[100]).toBeLessThan(95);
    expect(large[190]! / large[100]!).toBeGreaterThan(1.3);
    expect(mini[100]).toBeLessThan(30);
  });

  it('of the fast model grows to many seconds with the length of the message alone', () => {
    expect(durations('atlas-flash', 160)[199]).toBeLessThan(50);
    expect(durations('atlas-flash', 220)[0]).toBeGreaterThan(10_000);
    expect(durations('atlas-large', 2000)[199]).toBeLessThan(300);
  });
});
