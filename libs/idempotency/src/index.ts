export { IdempotencyKeyReusedError } from './idempotency.errors.js';
export { IdempotencyModule } from './idempotency.module.js';
export { ReservedIds } from './reserved-ids.service.js';
