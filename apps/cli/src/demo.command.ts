import { Command } from 'commander';
import { loadDemo } from '#libs/demo';
import { withModules } from './installation.js';
import { columns, report } from './output.js';

/** Loads the demo into whatever installation the environment names. */
export function demoCommand(): Command {
  const command = new Command('demo').description('Demo agencies');
  command
    .command('load')
    .description('Load the demo. Existing data is not changed')
    .option('--json', 'print JSON')
    .action(async ({ json = false }: { json?: boolean }) => {
      const signIns = await withModules((app, { environment }) =>
        loadDemo(app, environment, (line) => process.stderr.write(`${line}\n`)),
      );
      const people = columns(signIns.people.map(({ email, role, account }) => [email, role, account]));
      report.result(signIns, [`Sign-ins, all with the password ${signIns.password}`, ...people], json);
    });
  return command;
}
