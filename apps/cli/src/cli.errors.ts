import { BulkheadError } from '#libs/context';

/** A command cannot do what was asked for, and says why; nothing was changed. */
export class CommandRefusedError extends BulkheadError {
  readonly code = 'command_refused';
  readonly status = 422;
}
