import { Argument, Command } from 'commander';
import { ConfigurationError, parseEnvironment, processVariables } from '#libs/context';
import { backupUrl, connectionsOn, EmbeddedServer, givenConnections, installationSecret } from '#libs/database';

/** Prints where a database of the running system is, for psql and other tools. */
export function databaseUrlCommand(): Command {
  return new Command('db-url')
    .description('Print the connection URL of a database of the running system')
    .argument('<database>', '"directory" or the name of a cell')
    .addArgument(
      new Argument(
        '<role>',
        'the role that serves requests, the migrator (then: set role bulkhead_owner), or the one that dumps',
      ).choices(['app', 'owner', 'backup']),
    )
    .action(async (database: string, role: 'app' | 'owner' | 'backup') => {
      const { directory, cells, secret } = await connections(role);
      const target = [directory, ...cells].find(({ name }) => name === database);
      if (!target)
        throw new ConfigurationError([
          `There is no database "${database}". Give one of directory, ${cells.map(({ name }) => name).join(', ')}.`,
        ]);
      const url = { app: target.appUrl, owner: target.ownerUrl, backup: backupUrl(target, secret) }[role];
      if (!url)
        throw new ConfigurationError([`The owner’s URL of ${database} is not in the environment. Set …_URL_OWNER.`]);
      process.stdout.write(`${url}\n`);
    });
}

async function connections(role: string) {
  const environment = parseEnvironment(processVariables());
  const { server, dataDirectory } = environment;
  if (server.kind === 'given' && role === 'backup')
    throw new ConfigurationError([
      'With one URL for each role, the password of bulkhead_backup is the one that your administrator gave it.',
    ]);
  if (server.kind === 'given') return givenConnections(environment);
  const secret = await installationSecret(environment, server.kind === 'embedded' ? 'keep' : 'require');
  if (server.kind === 'provisioned') return connectionsOn(new URL(server.url), environment, secret);
  const running = await EmbeddedServer.find({ dataDirectory, secret });
  if (!running) throw new ConfigurationError(['The embedded PostgreSQL is not running. Start it with: npm start']);
  return connectionsOn(running.adminUrl, environment, secret);
}
