import { TableRow } from '#libs/database';
import { Entity } from 'typeorm';

@Entity({ name: 'idempotency_keys' })
export class IdempotencyKeyEntity extends TableRow('idempotency_keys') {}
