import { ConfigurationError } from '#libs/context';

/** A database that the configuration names cannot be reached, or does not take the role; the password is not told. */
export class DatabaseUnreachableError extends ConfigurationError {
  constructor(where: string, cause: Error) {
    const { code } = cause as { readonly code?: string };
    // invalid_catalog_name, and a role that is not there (PostgreSQL manual, appendix A)
    const isMissing = code === '3D000' || code === '28000';
    super([
      isMissing
        ? `Cannot connect to ${where}: the database does not exist. Create roles and databases with: bulkhead provision`
        : `Cannot connect to ${where}: ${cause.message || cause.name}. Check the server, the URLs in the environment and SECRET_KEY.`,
    ]);
    this.cause = cause;
  }
}

/** A command looks for an installation that has not been made. */
export class NotInstalledError extends ConfigurationError {
  constructor(folder: string) {
    super([`There is no installation in ${folder} yet. Start it with: npm start`]);
  }
}
