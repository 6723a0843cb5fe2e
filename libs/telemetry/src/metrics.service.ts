import { createServer, type Server } from 'node:http';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds; nobody waits where a connection is free. */
const WAITS = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 2.5, 5];
/** Seconds; an answer from the cell takes a few milliseconds, a password a tenth of a second. */
const DURATIONS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Counts for Prometheus. Every label has a closed set of values, given by the code: operations of the API, classes of status,
 * categories; never an id, an address or a text that came from outside.
 */
export class Metrics {
  readonly registry = new Registry();
  /** Answers by operation and class of status (`2xx`). */
  readonly requests = this.counter('bulkhead_http_requests_total', 'Answers', ['method', 'operation', 'status']);
  /** Requests that were refused before an operation was reached, by the code of the problem. */
  readonly refused = this.counter('bulkhead_http_refused_total', 'Requests refused at the edge', ['code']);
  /** Answers of operations that were problems, by the code of the problem. */
  readonly problems = this.counter('bulkhead_http_problems_total', 'Problems that operations answered with', [
    'method',
    'operation',
    'code',
  ]);
  readonly durations = new Histogram({
    name: 'bulkhead_http_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer',
    labelNames: ['method', 'operation'],
    buckets: DURATIONS,
    registers: [this.registry],
  });
  /** Answers 429, by the code of the problem. */
  readonly throttled = this.counter('bulkhead_http_throttled_total', 'Requests refused because there were too many', [
    'code',
  ]);
  /** `outcome` is `accepted` or `refused`. */
  readonly signIns = this.counter(
    'bulkhead_sign_ins_total',
    'Sign-ins: accepted with a password or a passkey, refused for a wrong password',
    ['outcome'],
  );
  /** From asking a pool for a connection to having one; `database` is `directory` or the name of a cell. */
  readonly poolWaits = new Histogram({
    name: 'bulkhead_database_wait_seconds',
    help: 'Time spent waiting for a database connection',
    labelNames: ['database'],
    buckets: WAITS,
    registers: [this.registry],
  });
  /** Seconds; `queue` is `directory` or the name of a cell. Set by the worker. */
  readonly mailAge = this.gaugeOf(
    'bulkhead_mail_oldest_due_seconds',
    'How long the oldest mail that is due has waited',
    ['queue'],
  );
  /** Set by the worker; always 0 in the API's metrics. */
  readonly deadEvents = this.gaugeOf('bulkhead_billing_dead_events', 'Reports of payments that were given up', []);
  readonly entries = this.counter('bulkhead_audit_entries_total', 'Entries of the trail', ['category', 'outcome']);
  /** `trail` is `table` or `log`. */
  readonly trailFailures = this.counter('bulkhead_audit_failures_total', 'Entries that a trail did not take', [
    'trail',
  ]);
  readonly purged = this.counter('bulkhead_audit_purged_total', 'Entries deleted over their time', ['category']);
  readonly copied = this.counter('bulkhead_audit_copied_total', 'Events of people copied to an account', []);

  /** A gauge that is asked when it is read. */
  gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  private gaugeOf<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Gauge<Label> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  private counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }
}

/**
 * Serves `/metrics` on a port of its own, and nothing else, with the figures of the process added.
 *
 * @throws where the port is taken.
 */
export async function serveMetrics({ registry }: Metrics, port: number, host: string): Promise<Server> {
  collectDefaultMetrics({ register: registry });
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'Content-Type': registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
}
