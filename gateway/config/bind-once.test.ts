import { revisionDigest } from '../../domain/revision/digest.ts';
import { SluiceError } from '../../domain/errors.ts';
import { revisionContentSchema, type Revision } from '../../domain/revision/revision.ts';
import { bindOnce } from './bind-once.ts';

const revisionOf = (model: string): Revision => {
  const content = revisionContentSchema.parse({ chain: [{ provider: 'openai', model }] });
  return { app: 'bank', digest: revisionDigest(content), label: model, content };
};

function setUp() {
  const asked: string[] = [];
  const bind = bindOnce((revision) => {
    asked.push(revision.label);
    if (revision.label === 'broken') return Promise.reject(new SluiceError('invalid_file', 'not understood'));
    return Promise.resolve({ ...revision, prompts: new Map(), chain: [], totalTimeoutMs: 1000 });
  });
  return { asked, bind };
}

it('compiles a revision once, and one that is refused as well', async () => {
  const { asked, bind } = setUp();
  const [first, second] = await Promise.all([bind(revisionOf('a')), bind(revisionOf('a'))]);
  expect(first).toBe(second);
  for (let poll = 0; poll < 3; poll += 1)
    await expect(bind(revisionOf('broken'))).rejects.toThrow('not understood');
  expect(asked).toEqual(['a', 'broken']);
});

it('forgets the one that was needed longest ago', async () => {
  const { asked, bind } = setUp();
  for (let i = 0; i <= 200; i += 1) await Promise.all([bind(revisionOf('kept')), bind(revisionOf(`m${i}`))]);
  await Promise.all([bind(revisionOf('kept')), bind(revisionOf('m0'))]);
  expect(asked.filter((label) => ['kept', 'm0'].includes(label))).toEqual(['kept', 'm0', 'm0']);
});
