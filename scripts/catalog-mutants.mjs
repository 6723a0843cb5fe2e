// Takes a share of the guards of the catalogs away, one at a time, for isolation-prove.mjs --mutate, which starts several of these
// processes. Prints one line of JSON a verdict.
import { mutateCatalogs, TestServer, World } from '#libs/testing';
import { createApp } from '../dist/apps/api/src/create-app.js';

const { text, share } = JSON.parse(process.env.BULKHEAD_MUTATION);
const server = await TestServer.start();
try {
  const world = await World.open(
    (environment, databases) => createApp(environment, databases, true),
    {},
    await server.copyDatabases(),
  );
  const matches = (name, family) => name.includes(text) || family.includes(text);
  await mutateCatalogs(world, { matches, share }, (verdict) => console.log(JSON.stringify(verdict)));
  await world.close();
} finally {
  await server.stop();
}
process.exit(0);
