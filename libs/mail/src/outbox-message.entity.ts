import { TableRow } from '#libs/database';
import { Entity } from 'typeorm';

@Entity({ name: 'outbox_messages' })
export class OutboxMessageEntity extends TableRow('outbox_messages') {}
