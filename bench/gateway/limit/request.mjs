// The request, about 1 KB. node request.mjs MODEL STREAM(0|1) [plain]
// plain: without the system message, for a gateway whose prompt has one of its own
const [model, stream, plain] = process.argv.slice(2);
const rule =
  'Answer in the language of the question, in short sentences, and say so when the notes below do not settle it. ';
const note =
  'The parcel left the depot on Tuesday and was scanned twice on the way; the second scan shows a damaged label. ';
const body = {
  model,
  messages: [
    { role: 'system', content: 'You are the help desk of a parcel service. ' + rule.repeat(3).trim() },
    { role: 'user', content: note.repeat(3) + 'Where is my parcel, and what should I do next?' },
  ],
  temperature: 0.2,
  max_tokens: 256,
};
if (plain === 'plain') body.messages.shift();
if (stream === '1') body.stream = true;
process.stdout.write(JSON.stringify(body));
