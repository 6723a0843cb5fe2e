import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { MailSettings } from '#libs/context';
import { DatabaseModule, provideRepository, repositoryOf } from '#libs/database';
import { MailFolder } from './mail-folder.js';
import { MAIL_SETTINGS, MailLinks } from './mail-links.service.js';
import { MailKinds } from './mail-kinds.service.js';
import { MailTransport } from './mail-transport.port.js';
import { OutboxDelivery } from './outbox-delivery.service.js';
import { OutboxMessageEntity } from './outbox-message.entity.js';
import { Outbox } from './outbox.service.js';
import { SmtpTransport } from './smtp-transport.js';

/** {@link Outbox}, to ask for mail. */
@Global()
@Module({
  imports: [DatabaseModule.forFeature([OutboxMessageEntity])],
  providers: [Outbox, provideRepository(OutboxMessageEntity, 'account')],
  exports: [Outbox, repositoryOf(OutboxMessageEntity)],
})
export class MailModule {}

/** Sends what the outboxes hold; in the worker, beside {@link MailModule}. */
@Global()
@Module({})
export class MailWorkerModule implements OnApplicationShutdown {
  constructor(@Inject(MailTransport) private readonly transport: MailTransport) {}

  static forRoot(settings: MailSettings): DynamicModule {
    return {
      module: MailWorkerModule,
      providers: [
        { provide: MAIL_SETTINGS, useValue: settings },
        { provide: MailTransport, useFactory: () => transportOf(settings) },
        MailKinds,
        MailLinks,
        OutboxDelivery,
      ],
      exports: [MailKinds, MailLinks, MailTransport, OutboxDelivery],
    };
  }

  onApplicationShutdown(): void {
    this.transport.close();
  }
}

function transportOf(settings: MailSettings): MailTransport {
  return settings.kind === 'smtp' ? new SmtpTransport(settings) : new MailFolder(settings.folder);
}
