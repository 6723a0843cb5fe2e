import { Command } from 'commander';
import type { Directory, DirectoryAnswer } from '#libs/database';
import { CommandRefusedError } from './cli.errors.js';
import { inDirectory } from './operator-directory.js';
import { columns, report } from './output.js';

/** What providers of payments reported and could not be applied. */
export function billingCommand(): Command {
  const command = new Command('billing').description('What providers of payments reported');
  command
    .command('dead')
    .description('List the reports that were given up, the longest known first')
    .option('--json', 'print JSON')
    .action(dead);
  command
    .command('replay')
    .description('Have reports that were given up tried again: one, or all')
    .argument('[event]', 'the provider’s id of the event; default all of them')
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
  report.result(events, events.length ? lines : ['No report was given up.'], json);
}

async function replay(event: string | undefined, { json = false }: { readonly json?: boolean }): Promise<void> {
  const count = await inDirectory(async (directory) => {
    const found = (await deadEvents(directory)).find((one) => one.event === event);
    if (event && !found)
      throw new CommandRefusedError(`No report ${event} was given up. List those that were: bulkhead billing dead`);
    const [provider, name] = [found?.provider ?? null, found?.event ?? null];
    return directory.call('replay_billing_events', { ofProvider: provider, eventName: name });
  });
  report.result({ count }, [`${count} of them will be tried again, by the worker.`], json);
}

function deadEvents(directory: Directory): Promise<DirectoryAnswer<'dead_billing_events'>> {
  return directory.call('dead_billing_events', { most: 1_000 });
}
