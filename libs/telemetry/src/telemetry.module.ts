import { type DynamicModule, Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Metrics } from './metrics.service.js';
import { StructuredLog } from './structured-log.service.js';
import { Tracing, type TracingSettings } from './tracing.service.js';

/** Log, metrics and traces for everybody. */
@Global()
@Module({})
export class TelemetryModule implements OnApplicationShutdown {
  constructor(
    private readonly log: StructuredLog,
    private readonly tracing: Tracing,
  ) {}

  /** @param program which one it is: `api`, `worker`. */
  static forRoot(log: StructuredLog, tracing: TracingSettings, program: string): DynamicModule {
    return {
      module: TelemetryModule,
      providers: [
        { provide: StructuredLog, useValue: log },
        { provide: Metrics, useFactory: () => new Metrics() },
        { provide: Tracing, useFactory: () => new Tracing(tracing, program) },
      ],
      exports: [StructuredLog, Metrics, Tracing],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.tracing.close();
    this.log.flush();
  }
}
