import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { DataConverter, Payload, PayloadCodec, SerializationContext } from '@temporalio/common';
// CommonJS without names that Node could find: only the default import works when it is run directly.
import proto from '@temporalio/proto';
import type { PayloadKeys } from '../../program/payload-keys.ts';
import { SluiceError } from '../../domain/errors.ts';

const encoding = 'binary/encrypted';
const ivBytes = 12;
const tagBytes = 16;
const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

const text = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('utf8');

function unreadable(why: string, cause?: unknown): SluiceError {
  return new SluiceError('invalid_request', `A payload from Temporal is not taken: ${why}.`, {
    remedy:
      'Give every program the same SLUICE_PAYLOAD_KEYS; a new key stands first, the ones before behind it.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Which key, and that it is one of Sluice's: a payload cannot be taken for another program's, or under another key's name. */
const associated = (keyId: string): Buffer => Buffer.from(`sluice/payload/1/${keyId}`, 'utf8');

/** Sealed with its payload, so that programs of before, which know of no place, open it as well. */
const placeName = 'sluice-place';

/** What a schedule puts behind the id of a workflow that it starts; no name has such letters. */
const startedAt = /-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/**
 * Where a payload belongs: a workflow's own, or the arguments, heartbeats and answer of one activity of it. What a schedule
 * starts with the same arguments again and again is one place.
 */
function placeOf({ type, namespace, workflowId, ...context }: SerializationContext): Buffer {
  const activityId = 'activityId' in context ? context.activityId : undefined;
  const place = type === 'workflow' ? workflowId.replace(startedAt, '') : workflowId;
  return Buffer.from(JSON.stringify([type, namespace, place ?? null, activityId ?? null]));
}

function seal(
  payload: Payload,
  { id, key }: PayloadKeys['current'],
  context: SerializationContext | undefined,
): Payload {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(associated(id));
  const place = context === undefined ? {} : { [placeName]: placeOf(context) };
  const inner = PayloadMessage.encode({ ...payload, metadata: { ...payload.metadata, ...place } }).finish();
  const sealed = Buffer.concat([cipher.update(inner), cipher.final()]);
  return {
    metadata: { encoding: Buffer.from(encoding), 'encryption-key-id': Buffer.from(id) },
    data: Buffer.concat([iv, cipher.getAuthTag(), sealed]),
  };
}

function open({ metadata, data }: Payload, keys: PayloadKeys): Payload {
  const id = text(metadata?.['encryption-key-id']);
  const key = keys.all.get(id);
  if (key === undefined) throw unreadable('it is of a key that is not known here');
  const bytes = Buffer.from(data ?? []);
  if (bytes.length < ivBytes + tagBytes) throw unreadable('it is too short');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(associated(id)).setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
    const opened = Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]);
    return PayloadMessage.decode(opened);
  } catch (error) {
    throw unreadable('it was not sealed by this key', error);
  }
}

/** One that says where it belongs is taken nowhere else: what was sealed once answers nothing a second time. */
function atItsPlace(payload: Payload, context: SerializationContext | undefined): Payload {
  const { [placeName]: place, ...metadata } = payload.metadata ?? {};
  if (place === undefined) return payload;
  if (context !== undefined && text(place) !== text(placeOf(context))) {
    throw unreadable('it was sealed for another place');
  }
  return { ...payload, metadata };
}

/**
 * Seals what goes through Temporal by AES-256-GCM and opens what comes back. `refusePlain`: what nobody sealed is not taken,
 * so that whoever reaches Temporal without a key can tell a worker nothing. What was sealed since there are places belongs
 * to one workflow, or to one activity of it.
 */
export function createPayloadCodec(keys: PayloadKeys, { refusePlain = false } = {}): PayloadCodec {
  return {
    encode: (payloads, context) =>
      Promise.resolve(payloads.map((payload) => seal(payload, keys.current, context))),
    async decode(payloads, context) {
      return Promise.resolve(
        payloads.map((payload) => {
          if (text(payload.metadata?.['encoding']) === encoding) {
            return atItsPlace(open(payload, keys), context);
          }
          if (refusePlain) throw unreadable('nobody sealed it');
          return payload;
        }),
      );
    },
  };
}

/** What a client or worker of Temporal is given; nothing where there are no keys. */
export function payloadConverter(
  keys: PayloadKeys | undefined,
  options: { readonly refusePlain?: boolean } = {},
): { readonly dataConverter?: DataConverter } {
  return keys === undefined ? {} : { dataConverter: { payloadCodecs: [createPayloadCodec(keys, options)] } };
}
