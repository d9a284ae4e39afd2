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
  /** The beginning of a line: in pieces, so that a long line in small chunks is not copied with each of them. */
  let pieces: string[] = [];
  let piecesLength = 0;
  /** The chunk before ended in a CR, which ended its line; a LF right behind it belongs to it. */
  let endedInCr = false;
  const message = createMessage();

  /** Are there neither fields nor a line's beginning? Blank lines say nothing then. */
  const isBetween = (): boolean => message.length() + piecesLength === 0;

  function keepPiece(piece: string): void {
    if (piece === '') return;
    pieces.push(piece);
    piecesLength += piece.length;
    if (message.length() + piecesLength <= maxMessageLength) return;
    throw new RangeError(`A message of the stream is longer than ${maxMessageLength} characters.`);
  }

  /** The line that ends so: mostly all of it came at once. */
  function wholeLine(end: string): string {
    if (piecesLength === 0 && message.length() + end.length <= maxMessageLength) return end;
    keepPiece(end);
    return takePieces();
  }

  function takePieces(): string {
    const line = pieces.length === 1 ? (pieces[0] ?? '') : pieces.join('');
    pieces = [];
    piecesLength = 0;
    return line;
  }

  return {
    push(bytes) {
      const messages: SseMessage[] = [];
      const text = decoder.decode(bytes, { stream: true });
      if (text === '') return messages;
      let start = endedInCr && text.startsWith('\n') ? 1 : 0;
      const ends = lineEnds(text);
      for (let end = ends.from(start); end < text.length; end = ends.from(start)) {
        if (end === start && isBetween()) {
          start = endOfBreaks(text, start);
          continue;
        }
        const whole = message.takeLine(wholeLine(text.slice(start, end)));
        if (whole !== undefined) messages.push(whole);
        start = text.startsWith('\r\n', end) ? end + 2 : end + 1;
      }
      endedInCr = text.endsWith('\r');
      keepPiece(text.slice(start));
      return messages;
    },
    end() {
      keepPiece(decoder.decode());
      const rest = takePieces();
      const messages = rest === '' ? [] : [message.takeLine(rest)];
      return [...messages, message.finish()].filter((each) => each !== undefined);
    },
  };
}

/** The message whose lines are coming in. */
function createMessage() {
  let event = '';
  let data: string[] = [];
  let length = 0;

  function finish(): SseMessage | undefined {
    const [first, ...others] = data;
    const message =
      first === undefined
        ? undefined
        : {
            event: event === '' ? 'message' : event,
            data: others.length === 0 ? first : data.join('\n'),
          };
    event = '';
    length = 0;
    if (data.length > 0) data = [];
    return message;
  }

  return {
    /** Characters of its lines so far. */
    length: () => length,
    /** The message that a line completes: a blank one. */
    takeLine(line: string): SseMessage | undefined {
      if (line === '') return finish();
      length += line.length;
      const colon = line.indexOf(':');
      const name = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
      if (name === 'data') data.push(value);
      else if (name === 'event') event = value;
      return undefined; // comments (an empty name), `id` and `retry` say nothing here
    },
    finish,
  };
}

/** Where the lines of a text end, asked for from places that come one after the other; its length where none does. */
function lineEnds(text: string): { from(start: number): number } {
  const nextOf = (character: string, start: number): number => {
    const at = text.indexOf(character, start);
    return at < 0 ? text.length : at;
  };
  let [cr, lf] = [-1, -1];
  return {
    from(start) {
      if (cr < start) cr = nextOf('\r', start);
      if (lf < start) lf = nextOf('\n', start);
      return Math.min(cr, lf);
    },
  };
}

/** Behind the line ends that follow on each other. */
function endOfBreaks(text: string, start: number): number {
  let at = start;
  while (isBreak(text.charCodeAt(at))) at += 1;
  return at;
}

const isBreak = (code: number): boolean => code === 0x0a || code === 0x0d;

/** A message as text for the wire. */
export function sseFrame(data: string, event?: string): string {
  // JSON has line breaks only where its vendor writes it for people.
  const lines = data.includes('\n') ? data.replaceAll('\n', '\ndata: ') : data;
  return event === undefined ? `data: ${lines}\n\n` : `event: ${event}\ndata: ${lines}\n\n`;
}

export const sseComment = ': keep-alive\n\n';
