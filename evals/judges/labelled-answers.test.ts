import { readLabelledAnswers, requireEnoughLabels, type LabelledAnswer } from './labelled-answers.ts';

const why = { request: 'Why?', answer: 'So.', isGood: true };

it.each([
  ['as it is', 'labels.csv', 'request,answer,label\nWhy?,So.,good\n'],
  ['from a spreadsheet', 'LABELS.CSV', '\uFEFFrequest,answer,label\r\nWhy?,So.,good\r\n'],
  ['with spaces around names', 'labels.csv', 'request, answer ,label \nWhy?,So., Good \n'],
  ['with other columns', 'labels.csv', 'who,request,answer,label\nada,Why?,So.,1\n'],
  ['JSON lines', 'labels.jsonl', '{"request":"Why?","answer":"So.","label":true}\n'],
  [
    'JSON lines from Windows',
    'labels.ndjson',
    '\uFEFF{"request":"Why?","answer":"So.","label":"yes"}\r\n\r\n',
  ],
])('reads a file %s', (_what, file, text) => {
  expect(readLabelledAnswers(text, file)).toEqual({ answers: [why], repeated: 0 });
});

it.each([
  [
    'a label that is none',
    'l.csv',
    'request,answer,label\nWhy?,So.,perhaps\n',
    /^l\.csv:2: label: is one of .*good/,
  ],
  [
    'a label of the prototype',
    'l.csv',
    'request,answer,label\nWhy?,So.,constructor\n',
    /label: is one of .*good/,
  ],
  [
    'columns of other names',
    'l.csv',
    'question,answer,label\nWhy?,So.,good\n',
    /columns: "question", "answer"/,
  ],
  ['semicolons', 'l.csv', 'request;answer;label\nWhy?;So.;good\n', /columns are separated by commas/],
  ['a line of too few values', 'l.csv', 'request,answer,label\nWhy?,So.\n', /^l\.csv: .*line 2/],
  ['a line that is no JSON', 'l.jsonl', '{"request":"Why?"', /^l\.jsonl:1: /],
  ['one JSON document', 'labels.json', '[]', /neither a CSV file .* nor JSON lines/],
  [
    'an answer that is good and bad',
    'l.csv',
    'request,answer,label\nWhy?,So.,good\nWho?,So.,bad\nWhy?,So.,bad\n',
    /^l\.csv:4: the answer of line 2 again, with the other label/,
  ],
])('refuses %s', (_what, file, text, message) => {
  expect(() => readLabelledAnswers(text, file)).toThrow(
    expect.objectContaining({
      code: 'invalid_file',
      message: expect.stringMatching(message) as unknown,
    }) as Error,
  );
});

it('counts what is there twice once, and apart what is held against another criterion', () => {
  const rows = ['Why?,So.,good,short', 'Why?,So.,good,short', 'Why?,So.,good,polite', 'Why?,So.,good,'];
  const { answers, repeated } = readLabelledAnswers(
    `request,answer,label,criterion\n${rows.join('\n')}\n`,
    'l.csv',
  );
  expect([answers.map(({ criterion }) => criterion), repeated]).toEqual([['short', 'polite', undefined], 1]);
});

it.each([
  [49, 20, /49 labelled answers are fewer than 50/],
  [60, 60, /60 are good, 0 bad/],
  [60, 51, /51 are good, 9 bad/],
])('asks no judge about %i answers of which %i are good', (all, good, message) => {
  const answers: LabelledAnswer[] = Array.from({ length: all }, (_, i) => ({ ...why, isGood: i < good }));
  expect(() => {
    requireEnoughLabels(answers);
  }).toThrow(message);
});
