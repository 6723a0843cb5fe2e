import { assertFitToServe, Directory, TenantPool, withOperatorRole } from '#libs/database';
import { withInstallation } from './installation.js';

/**
 * Calls functions of the directory as `bulkhead_operator`, without the modules of the product.
 *
 * @throws {ConfigurationError} where the installation is not fit to serve, or the role's URL is missing.
 */
export function inDirectory<T>(work: (directory: Directory) => Promise<T>): Promise<T> {
  return withInstallation(async ({ databases }) => {
    const { directory: target } = withOperatorRole(databases.connections);
    await assertFitToServe(databases);
    const pool = { size: 1, transactionPooler: false, nameStatements: false };
    const directory = new Directory(new TenantPool({ url: target.appUrl, key: undefined, ...pool }));
    try {
      return await work(directory);
    } finally {
      await directory.close();
    }
  });
}
