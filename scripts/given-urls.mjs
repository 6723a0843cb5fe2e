// Prints the URLs of each role of the installation that DATABASE_URL and SECRET_KEY name, as lines for a shell: what an operator who
// gives one URL a role would write down.
import { parseEnvironment, processVariables } from '#libs/context';
import { connectionsOn, installationSecret } from '#libs/database';

const environment = parseEnvironment(processVariables());
const connections = connectionsOn(
  new URL(environment.server.url),
  environment,
  await installationSecret(environment, 'require'),
);
const line = (name, url) => url && console.log(`export ${name}='${url}'`);
for (const { kind, name, appUrl, ownerUrl, workerUrl, recorderUrl, operatorUrl } of [
  connections.directory,
  ...connections.cells,
]) {
  const prefix = kind === 'directory' ? 'DIRECTORY' : `CELL_${name.toUpperCase().replaceAll('-', '_')}`;
  line(`${prefix}_URL_APP`, appUrl);
  line(`${prefix}_URL_OWNER`, ownerUrl);
  line(`${prefix}_URL_WORKER`, workerUrl);
  line(`${prefix}_URL_RECORDER`, recorderUrl);
  line(`${prefix}_URL_OPERATOR`, operatorUrl);
}
