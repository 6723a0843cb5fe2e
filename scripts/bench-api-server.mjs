// The API under measurement, in a process of its own: `libs/testing/src/bench` starts it and asks it.
import { parseEnvironment } from '#libs/context';
import { findDatabases } from '#libs/database';
import { createApp } from '../dist/apps/api/src/create-app.js';
import { answerParent } from '../dist/libs/testing/src/bench/answer-parent.js';

const { folder, urls = {} } = JSON.parse(process.argv[2]);
const environment = parseEnvironment({ DATA_DIR: folder, DEMO: 'off' });
const databases = await findDatabases(environment);
// without isolation the cells are reached as a role that no policy holds back
const cells = databases.connections.cells.map((cell) => ({ ...cell, appUrl: urls[cell.name] ?? cell.appUrl }));
const app = await createApp(environment, { ...databases, connections: { ...databases.connections, cells } }, true);
await app.listen(0, '127.0.0.1');
answerParent(app.getHttpServer().address().port);
