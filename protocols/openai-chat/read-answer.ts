import type { JsonObject } from '../../domain/json.ts';
import type { ModelEvent } from '../event.ts';
import type { StreamReader } from '../outbound.ts';
import { fieldsOf } from '../fields.ts';
import { readDelta } from './read-delta.ts';

/** What a whole chat completion brings, as events. */
export function readChatCompletion(body: JsonObject): ModelEvent[] {
  const fields = fieldsOf(body, '');
  const choice = fieldsOf(fields.array('choices')[0], 'choices[0]');
  const message = fieldsOf(choice.object('message'), 'choices[0].message');
  return [{ type: 'start', model: fields.string('model') }, ...readDelta(message)];
}

/** Reads what the chunks of a streamed chat completion bring. */
export function createChatStreamReader(): StreamReader {
  const state = { started: false };
  const renumber = createCallNumbers();
  return {
    read(payload) {
      const fields = fieldsOf(payload, '');
      const [first] = fields.array('choices');
      const events: ModelEvent[] = [];
      if (!state.started) events.push({ type: 'start', model: fields.optionalString('model') ?? '' });
      state.started = true;
      if (first === undefined) return events;
      const delta = fieldsOf(first, 'choices[0]').optionalObject('delta') ?? {};
      events.push(...readDelta(fieldsOf(delta, 'choices[0].delta')).map(renumber));
      return events;
    },
  };
}

/** Some servers number every call 0, each with an id of its own: another id is another call. */
function createCallNumbers(): (event: ModelEvent) => ModelEvent {
  const idOfNumber: string[] = [];
  const numberOfIndex = new Map<number, number>();
  return (event) => {
    if (event.type !== 'tool_call') return event;
    const known = numberOfIndex.get(event.index);
    const isNew =
      known === undefined || (event.id !== undefined && event.id !== '' && idOfNumber[known] !== event.id);
    const index = isNew ? idOfNumber.push(event.id ?? '') - 1 : known;
    numberOfIndex.set(event.index, index);
    return { ...event, index };
  };
}
