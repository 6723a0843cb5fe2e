// The API in a process of its own, on databases that whoever starts it names: `libs/testing` measures it and lets it fail.
import { createSecretKey } from 'node:crypto';
import { parseEnvironment } from '#libs/context';
import { createApp } from '../dist/apps/api/src/create-app.js';
import { StormModule } from '../dist/libs/testing/src/storm/storm.module.js';
import { answerParent } from '../dist/libs/testing/src/answer-parent.js';

const { connections, variables, clock = 0, stormy = false } = JSON.parse(process.argv[2]);
if (clock) {
  const now = Date.now;
  Date.now = () => now() + clock;
}
process.on('unhandledRejection', (reason) => {
  process.stderr.write(`A rejection that nobody handled: ${reason?.stack ?? reason}\n`);
  process.exit(70);
});
const app = await createApp(
  parseEnvironment(variables),
  {
    connections: { ...connections, secret: createSecretKey(connections.secret, 'base64') },
    embedded: { foundRunning: true, stop: async () => undefined },
  },
  true,
  stormy ? [StormModule] : [],
);
await app.listen(0, '127.0.0.1');
answerParent(app.getHttpServer().address().port);
