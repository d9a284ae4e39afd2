import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { payloadKeysSchema } from '../../program/payload-keys.ts';
import { createPayloadCodec } from './payload-codec.ts';

const newKey = () => randomBytes(32).toString('base64');
const [a, b] = [newKey(), newKey()];
const keysOf = (text: string) => payloadKeysSchema.parse(text);
const old = createPayloadCodec(keysOf(`a:${a}`));
const rotated = createPayloadCodec(keysOf(`b:${b},a:${a}`));
const strict = createPayloadCodec(keysOf(`a:${a}`), { refusePlain: true });
const plain = (data: Uint8Array) => ({ metadata: { encoding: Buffer.from('json/plain') }, data });
const refused = { code: 'invalid_request' };

it('opens what it sealed, and nothing of it is readable in between', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 16, maxLength: 300 }), async (bytes) => {
      const sealed = await old.encode([plain(bytes)]);
      expect(Buffer.from(sealed[0]?.data ?? []).includes(Buffer.from(bytes))).toBe(false);
      const [opened] = await old.decode(sealed);
      expect(Buffer.from(opened?.data ?? [])).toEqual(Buffer.from(bytes));
      expect(Buffer.from(opened?.metadata?.['encoding'] ?? []).toString()).toBe('json/plain');
    }),
    { numRuns: 50 },
  );
});

it('goes on with what an older key sealed, and seals by the newest', async () => {
  const sealed = await old.encode([plain(Buffer.from('"x"'))]);
  expect((await rotated.decode(sealed))[0]?.data).toEqual(Buffer.from('"x"'));
  await expect(old.decode(await rotated.encode([plain(Buffer.from('"x"'))]))).rejects.toMatchObject(refused);
});

it('takes nothing that was changed, cut, or put under another key’s name', async () => {
  const [sealed] = await rotated.encode([plain(Buffer.from('{"app":"bank"}'))]);
  const data = Buffer.from(sealed?.data ?? []);
  const { metadata = {} } = sealed ?? {};
  const changed = Array.from({ length: data.length }, (_, i) => {
    const copy = Buffer.from(data);
    copy.writeUInt8(copy.readUInt8(i) ^ 1, i);
    return { metadata, data: copy };
  });
  const cut = [0, 11, 27, data.length - 1].map((length) => ({ metadata, data: data.subarray(0, length) }));
  const renamed = ['a', 'c', ''].map((id) => ({
    metadata: { ...metadata, 'encryption-key-id': Buffer.from(id) },
    data,
  }));
  for (const forged of [...changed, ...cut, ...renamed]) {
    await expect(rotated.decode([forged])).rejects.toMatchObject(refused);
  }
});

it('takes what nobody sealed only where it is told to: for releases from before', async () => {
  const open = [plain(Buffer.from('"x"'))];
  expect(await old.decode(open)).toEqual(open);
  await expect(strict.decode(open)).rejects.toMatchObject(refused);
  await expect(strict.decode([{ metadata: {}, data: Buffer.from('x') }])).rejects.toMatchObject(refused);
});

it('takes what was sealed for one place nowhere else', async () => {
  const activity = { type: 'activity' as const, namespace: 'default', isLocal: false };
  const mine = { ...activity, workflowId: 'release/bank', activityId: '7' };
  const workflow = { type: 'workflow' as const, namespace: 'default', workflowId: 'release/bank' };
  const answer = plain(Buffer.from('{"verdict":"pass"}'));
  const sealed = await old.encode([answer], mine);
  const [opened] = await old.decode(sealed, mine);
  expect(Object.keys(opened?.metadata ?? {})).toEqual(['encoding']);
  expect(opened).toMatchObject(answer);
  // Whose place nobody says, as in a history that somebody reads, is opened; and so is what was sealed before.
  expect(await old.decode(sealed)).toMatchObject([answer]);
  expect(await old.decode(await old.encode([answer]), mine)).toMatchObject([answer]);
  const others = [
    { ...mine, activityId: '8' },
    { ...mine, workflowId: 'release/shop' },
    { ...mine, namespace: 'other' },
    workflow,
  ];
  for (const other of others) {
    await expect(old.decode(sealed, other)).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining('another place') as string,
    });
  }
});

it('takes what a schedule starts with the same arguments each time for one place', async () => {
  const workflow = { type: 'workflow' as const, namespace: 'default' };
  const scheduled = { ...workflow, workflowId: 'stable-watch/bank' };
  const sealed = await old.encode([plain(Buffer.from('{"app":"bank"}'))], scheduled);
  const started = (id: string) => ({ ...workflow, workflowId: `${id}-2026-11-30T16:30:00Z` });
  expect(await old.decode(sealed, started('stable-watch/bank'))).toHaveLength(1);
  await expect(old.decode(sealed, started('stable-watch/shop'))).rejects.toMatchObject(refused);
});

it.each(['', 'a', `a:${a.slice(4)}`, `a:${a},a:${b}`, `a b:${a}`, `:${a}`])('knows no keys in %j', (text) => {
  expect(payloadKeysSchema.safeParse(text).success).toBe(false);
});
