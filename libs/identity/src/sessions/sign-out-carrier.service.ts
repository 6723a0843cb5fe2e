import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Sessions } from './sessions.service.js';

const EVERY_MS = 15_000;

/** Carries sign-outs that did not reach a cell at once, until they do. */
@Injectable()
export class SignOutCarrier implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('sessions');
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly sessions: Sessions) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.carry().catch((error) => this.logger.warn(`Sign-outs could not be carried: ${error}`));
    }, EVERY_MS);
    this.timer.unref();
  }

  /** Carries what is left now; called by itself every 15 s. */
  async carry(): Promise<void> {
    await this.sessions.carrySignOuts();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }
}
