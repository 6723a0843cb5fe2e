import { copyDatabases, leaksOfSessionSettings, runStorm, StormModule, World } from '#libs/testing';
import { createApp } from '../apps/api/src/create-app.js';

// The short form of `npm run isolation:storm`.
test('B4 A13 a storm of 700 interleaved requests, some of them broken, shows nobody a foreign canary and leaves nothing open', async () => {
  const cell = 'eu-west-1';
  const databases = await copyDatabases();
  const world = await World.open(
    (environment, given) => createApp(environment, given, true, [StormModule]),
    { variables: { DATABASE_POOL_SIZE: '4' } },
    databases,
  );
  try {
    const { passed, failures, sailors } = await runStorm(world, {
      requests: 700,
      accounts: 6,
      cell,
      seed: Date.now(),
      tell: () => undefined,
    });
    expect(failures).toEqual([]);
    expect(passed).toBe(700);
    // the same rows with the context set for the session: what leaks there would have been seen above
    const url = databases.connections.cells[0]?.appUrl ?? '';
    const control = await leaksOfSessionSettings(url, databases.connections, cell, sailors, false);
    expect(control.foreign).toBeGreaterThan(0);
  } finally {
    await world.close();
  }
}, 120_000);
