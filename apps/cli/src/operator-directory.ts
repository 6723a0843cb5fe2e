import { asOperators, assertFitToServe, Directory, TenantPool } from '#libs/database';
import { withInstallation } from './installation.js';

/**
 * Calls a function of the directory as `bulkhead_operator`, without the modules of the product.
 *
 * @param name a function in schema `app`, for example `list_users`.
 * @throws {ConfigurationError} where the installation is not fit to serve, or the role's URL is missing.
 */
export function callDirectory<Row extends Record<string, unknown>>(
  name: string,
  ...values: readonly unknown[]
): Promise<Row[]> {
  return withInstallation(async ({ databases }) => {
    const { directory } = asOperators(databases.connections);
    await assertFitToServe(databases);
    const pool = { size: 1, transactionPooler: false, nameStatements: false };
    const functions = new Directory(new TenantPool({ url: directory.appUrl, key: undefined, ...pool }));
    try {
      return await functions.call<Row>(name, ...values);
    } finally {
      await functions.close();
    }
  });
}
