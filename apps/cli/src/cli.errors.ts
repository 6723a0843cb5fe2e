import { BulkheadError } from '#libs/context';

/** The command cannot be carried out, for the reason given; nothing was changed. */
export class CommandRefusedError extends BulkheadError {
  static override readonly code = 'command_refused';
  static override readonly status = 422;
}
