import { ConfigurationError } from '#libs/context';

/** A database that the configuration names cannot be reached, or does not take the role; the password is not told. */
export class DatabaseUnreachableError extends ConfigurationError {
  constructor(where: string, cause: Error) {
    super([
      `Cannot connect to ${where}: ${cause.message || cause.name}. Check the server, the URLs in the environment and SECRET_KEY.`,
    ]);
    this.cause = cause;
  }
}
