import { type Attributes, ROOT_CONTEXT, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import { scrub, scrubText } from './scrubber.js';

/** Where spans go, and how many. */
export interface TracingSettings {
  /** Base address of an OTLP receiver over HTTP; without one nothing is traced. */
  readonly endpoint: string | undefined;
  /** Share of the requests that went well, from 0 to 1, default 0.1; those that failed are all sent. */
  readonly ratio: number;
}

/** What is known of a request when its answer is ready. */
export interface TracedRequest {
  readonly method: string;
  /** Name of the operation; bounded. */
  readonly operation: string;
  readonly status: number;
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly began: number;
  readonly ended: number;
  /** What went wrong, where something of ours did. */
  readonly error?: unknown;
}

/** Sends a span a request to an OpenTelemetry receiver (OTLP over HTTP, JSON), scrubbed; does nothing where none is configured. */
export class Tracing {
  private readonly provider: BasicTracerProvider | undefined;
  private readonly tracer: Tracer | undefined;

  constructor(
    private readonly settings: TracingSettings,
    program: string,
  ) {
    const { endpoint } = settings;
    if (!endpoint) return;
    const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` });
    this.provider = new BasicTracerProvider({
      sampler: new AlwaysOnSampler(),
      resource: resourceFromAttributes({ 'service.name': `bulkhead-${program}` }),
      spanProcessors: [new BatchSpanProcessor(scrubbing(exporter), { scheduledDelayMillis: 1_000 })],
    });
    this.tracer = this.provider.getTracer('bulkhead');
  }

  /** Whether a request of this outcome is sent: one that failed always is, of the others a share. */
  wants(status: number): boolean {
    return status >= 500 || Math.random() < this.settings.ratio;
  }

  /** Records a request that was answered. */
  record({ method, operation, status, requestId, began, ended, error }: TracedRequest): void {
    if (!this.tracer || !this.wants(status)) return;
    const attributes: Attributes = {
      'http.request.method': method,
      'http.response.status_code': status,
      'bulkhead.operation': operation,
      'bulkhead.request_id': requestId,
    };
    const options = { kind: SpanKind.SERVER, attributes, startTime: began };
    const span = this.tracer.startSpan(`${method} ${operation}`, options, ROOT_CONTEXT);
    if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    if (error instanceof Error) span.recordException(error);
    span.end(ended);
  }

  /** Records what failed outside a request: a duty of the worker, a command of the operator. @param name bounded: `duty mail` */
  recordFailure(name: string, error: unknown): void {
    if (!this.tracer) return;
    const span = this.tracer.startSpan(name, { kind: SpanKind.INTERNAL }, ROOT_CONTEXT);
    span.setStatus({ code: SpanStatusCode.ERROR });
    if (error instanceof Error) span.recordException(error);
    span.end();
  }

  /** Sends what is held now. */
  async flush(): Promise<void> {
    await this.provider?.forceFlush().catch(() => undefined);
  }

  /** Sends what is still held, and nothing after it. */
  async close(): Promise<void> {
    await this.provider?.shutdown().catch(() => undefined);
  }
}

/** An exporter that scrubs what it is given; the span itself stays as it is. */
function scrubbing(exporter: SpanExporter): SpanExporter {
  const clean = (span: ReadableSpan): ReadableSpan =>
    Object.create(span, {
      name: { value: scrubText(span.name) },
      attributes: { value: scrub(span.attributes) },
      status: { value: { ...span.status, ...(span.status.message && { message: scrubText(span.status.message) }) } },
      events: {
        value: span.events.map((event) => ({
          ...event,
          name: scrubText(event.name),
          attributes: scrub(event.attributes),
        })),
      },
    });
  return {
    export: (spans, done) => exporter.export(spans.map(clean), done),
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}
