/** A server-sent event (WHATWG HTML §9.2). */
export interface StreamEvent {
  /** Of the last event that had one. */
  readonly id: string | undefined;
  readonly event: string;
  /** As JSON, parsed. */
  readonly data: unknown;
}

interface Fields {
  id?: string;
  event?: string;
  data: string[];
}

/**
 * Reads the events of a stream of bytes until it ends.
 *
 * @param retry hears the milliseconds that the server asks to wait before the stream is opened again.
 */
export async function* eventsIn(
  body: ReadableStream<Uint8Array>,
  retry: (milliseconds: number) => void,
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
          take(line, fields, retry);
          continue;
        }
        last = fields.id ?? last;
        if (fields.data.length)
          yield { id: last, event: fields.event ?? 'message', data: JSON.parse(fields.data.join('\n')) };
        fields = { data: [] };
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function take(line: string, fields: Fields, retry: (milliseconds: number) => void): void {
  const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
  if (name === 'data') fields.data.push(value);
  else if (name === 'event') fields.event = value;
  else if (name === 'id') fields.id = value;
  else if (name === 'retry' && /^\d+$/.test(value)) retry(Number(value));
}
