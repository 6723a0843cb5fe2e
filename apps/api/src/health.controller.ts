import { Controller, Get, Inject } from '@nestjs/common';
import { assertFitToServe, type Databases, DatabaseUnavailableError } from '#libs/database';
import { Endpoint, Resource } from '#libs/http';
import { HealthView } from './health.views.js';

/** Name of the provider of the databases that readiness looks at. */
export const DATABASES = Symbol('databases');

const REMEMBERED_MS = 5_000;

@Resource('health', 'Liveness and readiness.')
@Controller('health')
export class HealthController {
  private last: { readonly at: number; readonly outcome: Promise<unknown> } | undefined;

  constructor(@Inject(DATABASES) private readonly databases: Databases) {}

  @Get('live')
  @Endpoint({
    summary: 'Check that the process answers',
    scope: 'public',
    reason: 'orchestrators have no token',
    returns: HealthView,
    rate: 'unlimited',
  })
  live(): HealthView {
    return { status: 'ok' };
  }

  /** Cells and directory answer, with the right roles, migrations and clocks; asked of them once in 5 s at most. */
  @Get('ready')
  @Endpoint({
    summary: 'Check that the process can serve requests',
    scope: 'public',
    reason: 'load balancers have no token',
    returns: HealthView,
    rate: 'unlimited',
    refuses: [DatabaseUnavailableError],
  })
  async ready(): Promise<HealthView> {
    if (!this.last || Date.now() - this.last.at > REMEMBERED_MS) {
      this.last = { at: Date.now(), outcome: assertFitToServe(this.databases) };
    }
    try {
      await this.last.outcome;
    } catch (cause) {
      throw new DatabaseUnavailableError({ cause });
    }
    return { status: 'ok' };
  }
}
