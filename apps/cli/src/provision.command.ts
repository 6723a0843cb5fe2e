import { Command } from 'commander';
import { ConfigurationError, parseEnvironment, processVariables, provisionUrlIn } from '#libs/context';
import { connectionsOn, installationSecret, migrate, provision } from '#libs/database';
import { columns, report } from './output.js';

/** Makes roles and databases on a server, with an administrator's URL that no process which serves ever has. */
export function provisionCommand(): Command {
  return new Command('provision')
    .description(
      'Make roles and databases on the server of DATABASE_URL, with the administrator’s URL in PROVISION_URL',
    )
    .option('--json', 'print JSON')
    .addHelpText('after', '\nIt can be run again: existing roles and databases are updated. SECRET_KEY is required.')
    .action(async ({ json = false }: { json?: boolean }) => {
      const { PROVISION_URL: _, ...variables } = processVariables();
      const adminUrl = provisionUrlIn(processVariables());
      const environment = parseEnvironment(variables);
      const { server } = environment;
      if (server.kind !== 'provisioned')
        throw new ConfigurationError([
          'DATABASE_URL is missing. Give the address of the server, without user and password: postgresql://host:port.',
        ]);
      const secret = await installationSecret(environment, 'require');
      const connections = connectionsOn(new URL(server.url), environment, secret);
      await provision(adminUrl, connections);
      const done = await migrate(connections);
      const lines = done.length
        ? columns(done.map(({ database, state, file }) => [database, state, file]))
        : ['Roles and databases are there. Nothing to apply.'];
      report.result(done, lines, json);
    });
}
