import { Injectable } from '@nestjs/common';
import { ScopedRepository, UnitOfWork } from '#libs/database';
import { OutboxMessageEntity } from './outbox-message.entity.js';

/** Mail of the account that is to be sent, and was. */
@Injectable()
export class OutboxMessageRepository extends ScopedRepository<OutboxMessageEntity> {
  constructor(work: UnitOfWork) {
    super(OutboxMessageEntity, 'account', work);
  }
}
