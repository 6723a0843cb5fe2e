export { Metrics, serveMetrics } from './metrics.service.js';
export { scrub, SCRUBBED, scrubText } from './scrubber.js';
export { type LogSettings, StructuredLog } from './structured-log.service.js';
export { TelemetryModule } from './telemetry.module.js';
export { type TracedRequest, Tracing, type TracingSettings } from './tracing.service.js';
