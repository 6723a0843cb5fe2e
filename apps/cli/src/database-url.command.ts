import { Argument, Command } from 'commander';
import { ConfigurationError, parseEnvironment, processVariables } from '#libs/context';
import { connectionsOn, EmbeddedServer, givenConnections, installationSecret } from '#libs/database';

/** Prints where a database of the running system is, for psql and other tools. */
export function databaseUrlCommand(): Command {
  return new Command('db-url')
    .description('Print the connection URL of a database of the running system')
    .argument('<database>', '"directory" or the name of a cell')
    .addArgument(
      new Argument('<role>', 'the role that serves requests, or the migrator (then: set role bulkhead_owner)').choices([
        'app',
        'owner',
      ]),
    )
    .action(async (database: string, role: 'app' | 'owner') => {
      const { directory, cells } = await connections();
      const target = [directory, ...cells].find(({ name }) => name === database);
      if (!target)
        throw new ConfigurationError([
          `There is no database "${database}". Give one of directory, ${cells.map(({ name }) => name).join(', ')}.`,
        ]);
      const url = role === 'app' ? target.appUrl : target.ownerUrl;
      if (!url)
        throw new ConfigurationError([`The owner’s URL of ${database} is not in the environment. Set …_URL_OWNER.`]);
      process.stdout.write(`${url}\n`);
    });
}

async function connections() {
  const environment = parseEnvironment(processVariables());
  const { server, dataDirectory } = environment;
  if (server.kind === 'given') return givenConnections(environment);
  const secret = await installationSecret(environment, server.kind === 'embedded' ? 'keep' : 'require');
  if (server.kind === 'provisioned') return connectionsOn(new URL(server.url), environment, secret);
  const running = await EmbeddedServer.find({ dataDirectory, secret });
  if (!running) throw new ConfigurationError(['The embedded PostgreSQL is not running. Start it with: npm start']);
  return connectionsOn(running.adminUrl, environment, secret);
}
