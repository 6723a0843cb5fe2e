import { Command } from 'commander';
import { migrate, type MigrationState, migrationStates } from '#libs/database';
import { withInstallation } from './installation.js';
import { columns, report } from './output.js';

const lines = (states: readonly MigrationState[]) =>
  columns(states.map(({ database, state, file }) => [database, state, file]));

/** Shows and applies migrations. */
export function migrateCommand(): Command {
  const command = new Command('migrate').description('Apply and show database migrations');
  command
    .command('status')
    .description('Show every migration of every database. Exit code 1 if one is pending')
    .option('--json', 'print JSON')
    .action(async ({ json = false }: { json?: boolean }) => {
      const states = await withInstallation(async ({ databases }) => {
        const { directory, cells } = databases.connections;
        return (await Promise.all([directory, ...cells].map(migrationStates))).flat();
      });
      report.result(states, lines(states), json);
      if (states.some(({ state }) => state !== 'applied')) process.exitCode = 1;
    });
  command
    .command('up')
    .description('Apply pending migrations')
    .option('--json', 'print JSON')
    .action(async ({ json = false }: { json?: boolean }) => {
      const done = await withInstallation(({ databases }) => migrate(databases.connections));
      report.result(done, done.length ? lines(done) : ['Nothing to apply.'], json);
    });
  return command;
}
