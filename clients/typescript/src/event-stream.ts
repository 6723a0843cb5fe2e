/** A server-sent event (WHATWG HTML §9.2). */
export interface StreamEvent {
  /** Of the last event that had one. */
  readonly id: string | undefined;
  readonly event: string;
  /** As JSON, parsed. */
  readonly data: unknown;
}

/** Hears what a stream says beside its events. */
export interface StreamState {
  /** The milliseconds to wait before the stream is opened again. */
  retry(milliseconds: number): void;
  /** The id after which it goes on then. */
  position(id: string): void;
}

interface Fields {
  id?: string;
  event?: string;
  data: string[];
}

/** Reads the events of a stream of bytes until it ends. @throws {SyntaxError} where the data of an event are no JSON */
export async function* eventsIn(
  body: ReadableStream<Uint8Array>,
  state: StreamState,
): AsyncGenerator<StreamEvent, void, undefined> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>)
    .getReader();
  let rest = '';
  let fields: Fields = { data: [] };
  let last: string | undefined;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const lines = (rest + part.value).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line !== '') {
          take(line, fields, state);
          continue;
        }
        const { id, event = 'message', data } = fields;
        fields = { data: [] };
        last = id ?? last;
        if (data.length) yield { id: last, event, data: JSON.parse(data.join('\n')) };
        if (last !== undefined) state.position(last);
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function take(line: string, fields: Fields, state: StreamState): void {
  const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
  if (name === 'data') fields.data.push(value);
  else if (name === 'event') fields.event = value;
  else if (name === 'id') fields.id = value;
  else if (name === 'retry' && /^\d+$/.test(value)) state.retry(Number(value));
}
