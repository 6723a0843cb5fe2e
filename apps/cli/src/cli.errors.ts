import { BulkheadError } from '#libs/context';

/** The command cannot be carried out, for the reason given; nothing was changed. */
export class CommandRefusedError extends BulkheadError {
  readonly code = 'command_refused';
  readonly status = 422;
}
