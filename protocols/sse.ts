/** One message of a `text/event-stream` (WHATWG HTML, section 9.2). */
export interface SseMessage {
  /** `message` where the stream names none. */
  readonly event: string;
  readonly data: string;
}

export interface SseParser {
  /** The messages that these bytes complete. Throws a RangeError where one grows beyond the limit. */
  push(bytes: Uint8Array): SseMessage[];
  /** The message that the end of the stream completes: some servers leave out the last blank line. */
  end(): SseMessage[];
}

/** 4 MiB: an answer's largest single event is a whole Responses object. */
const defaultMaxMessageLength = 4 * 1024 * 1024;

/**
 * A parser of event streams whose chunks may end anywhere: inside a character, a line ending or a field. Knows LF,
 * CRLF and CR, comments, data of several lines and a byte order mark.
 */
export function createSseParser(maxMessageLength = defaultMaxMessageLength): SseParser {
  const decoder = new TextDecoder(); // stream mode keeps split characters, and drops a byte order mark
  let pending = '';
  let event = '';
  let data: string[] = [];
  let length = 0;

  function takeLine(line: string): SseMessage | undefined {
    if (line === '') return finishMessage();
    length += line.length;
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'data') data.push(value);
    else if (name === 'event') event = value;
    return undefined; // comments (an empty name), `id` and `retry` say nothing here
  }

  function finishMessage(): SseMessage | undefined {
    const message = { event: event === '' ? 'message' : event, data: data.join('\n') };
    const isMessage = data.length > 0;
    event = '';
    data = [];
    length = 0;
    return isMessage ? message : undefined;
  }

  return {
    push(bytes) {
      const messages: SseMessage[] = [];
      const text = pending + decoder.decode(bytes, { stream: true });
      let start = 0;
      const lineEnd = /\r\n|\n|\r/g;
      for (let match = lineEnd.exec(text); match !== null; match = lineEnd.exec(text)) {
        // A CR at the very end may be half of a CRLF.
        if (match[0] === '\r' && lineEnd.lastIndex === text.length) break;
        const message = takeLine(text.slice(start, match.index));
        if (message !== undefined) messages.push(message);
        start = lineEnd.lastIndex;
      }
      pending = text.slice(start);
      if (length + pending.length > maxMessageLength) {
        throw new RangeError(`A message of the stream is longer than ${maxMessageLength} characters.`);
      }
      return messages;
    },
    end() {
      const rest = pending.replace(/\r$/, '') + decoder.decode();
      pending = '';
      const messages = rest === '' ? [] : [takeLine(rest)];
      return [...messages, finishMessage()].filter((message) => message !== undefined);
    },
  };
}

/** A message as text for the wire. `data` has no line breaks: JSON never has. */
export function sseFrame(data: string, event?: string): string {
  return event === undefined ? `data: ${data}\n\n` : `event: ${event}\ndata: ${data}\n\n`;
}

export const sseComment = ': keep-alive\n\n';
