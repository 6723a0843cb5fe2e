#!/usr/bin/env node
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { report } from './output.js';

/** Every command: what it is for, and where it is. Only the one that is asked for is loaded: all of the product takes seconds. */
const COMMANDS: Readonly<Record<string, readonly [description: string, load: () => Promise<Command>]>> = {
  doctor: [
    'Check roles, policies, migrations, versions and clocks of every database',
    async () => (await import('./doctor.command.js')).doctorCommand(),
  ],
  provision: [
    'Make roles and databases on a server of your own',
    async () => (await import('./provision.command.js')).provisionCommand(),
  ],
  migrate: ['Apply and show database migrations', async () => (await import('./migrate.command.js')).migrateCommand()],
  account: ['Agencies and what they may do', async () => (await import('./account.command.js')).accountCommand()],
  user: ['Users', async () => (await import('./user.command.js')).userCommand()],
  address: ['IPs that are blocked', async () => (await import('./address.command.js')).addressCommand()],
  billing: ['Billing events of payment providers', async () => (await import('./billing.command.js')).billingCommand()],
  demo: ['Demo agencies', async () => (await import('./demo.command.js')).demoCommand()],
  'db-url': [
    'Print the connection URL of a database of the running system',
    async () => (await import('./database-url.command.js')).databaseUrlCommand(),
  ],
};

const program = new Command('bulkhead')
  .description('The operator’s command line. Exit codes: 0 done, 1 failed, 2 wrong usage.')
  .version(versionOf(), '-v, --version', 'print the version')
  .exitOverride();

try {
  const wanted = process.argv.slice(2).find((word) => !word.startsWith('-'));
  for (const [name, [description, load]] of Object.entries(COMMANDS))
    program.addCommand(name === wanted ? await load() : new Command(name).description(description));
  for (const command of program.commands) for (const one of [command, ...command.commands]) one.exitOverride();
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    report.error(error, process.argv.includes('--json'));
    process.exitCode = 1;
  }
}

function versionOf(): string {
  for (let folder = new URL('.', import.meta.url); folder.pathname !== '/'; folder = new URL('..', folder))
    try {
      const { name, version } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
      if (name === 'bulkhead') return version;
    } catch {
      // further up
    }
  return 'unknown';
}
