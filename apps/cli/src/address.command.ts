import { isIP } from 'node:net';
import { Command } from 'commander';
import { newId } from '#libs/context';
import { SignInLimits } from '#libs/identity';
import { withModules } from './installation.js';
import { report } from './output.js';

/** Addresses that are blocked because too many wrong passwords came from there. */
export function addressCommand(): Command {
  const command = new Command('address').description('IPs that are blocked from signing in');
  command.command('list').description('List blocked IPs').option('--json', 'print JSON').action(list);
  command.command('lift <address>').description('Unblock an IP').option('--json', 'print JSON').action(lift);
  return command;
}

async function list({ json = false }: { readonly json?: boolean }): Promise<void> {
  const blocked = await withModules((app) => app.get(SignInLimits).blocked());
  const lines = blocked.map(
    ({ address, until, reason }) => `${address.padEnd(40)} until ${until.toISOString()}: ${reason}`,
  );
  report.result(blocked, lines.length ? lines : ['No IP is blocked.'], json);
}

async function lift(address: string, { json = false }: { readonly json?: boolean }): Promise<void> {
  if (!isIP(address)) throw new Error(`${address} is not an IP.`);
  const lifted = await withModules((app) => app.get(SignInLimits).lift(address, { requestId: newId() }));
  if (!lifted) throw new Error(`${address} is not blocked. List those that are: bulkhead address list`);
  report.result({ address }, [`${address} is unblocked.`], json);
}
