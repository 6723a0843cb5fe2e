import { Command } from 'commander';
import type { Directory, DirectoryAnswer } from '#libs/database';
import { CommandRefusedError } from './cli.errors.js';
import { inDirectory } from './operator-directory.js';
import { columns, report } from './output.js';

/** What providers of payments reported and could not be applied. */
export function billingCommand(): Command {
  const command = new Command('billing').description('Billing events of payment providers');
  command
    .command('dead')
    .description('List billing events that failed permanently (dead letters), oldest first')
    .option('--json', 'print JSON')
    .action(dead);
  command
    .command('replay')
    .description('Retry dead letters: one, or all')
    .argument('[event]', 'id of the event at the provider. Default all events')
    .option('--json', 'print JSON')
    .action(replay);
  return command;
}

async function dead({ json = false }: { readonly json?: boolean }): Promise<void> {
  const events = await inDirectory(deadEvents);
  const lines = columns(
    events.map(({ provider, event, occurred_at, refers_to, problem }) => [
      provider,
      event,
      occurred_at.toISOString(),
      refers_to.join(' '),
      problem ?? '',
    ]),
  );
  report.result(events, events.length ? lines : ['There are no dead letters.'], json);
}

async function replay(event: string | undefined, { json = false }: { readonly json?: boolean }): Promise<void> {
  const count = await inDirectory(async (directory) => {
    const found = (await deadEvents(directory)).find((one) => one.event === event);
    if (event && !found)
      throw new CommandRefusedError(`There is no dead letter ${event}. List them: bulkhead billing dead`);
    const [provider, name] = [found?.provider ?? null, found?.event ?? null];
    return directory.call('replay_billing_events', { ofProvider: provider, eventName: name });
  });
  report.result({ count }, [`The worker retries ${count} billing events.`], json);
}

function deadEvents(directory: Directory): Promise<DirectoryAnswer<'dead_billing_events'>> {
  return directory.call('dead_billing_events', { most: 1_000 });
}
