#!/usr/bin/env node
import 'reflect-metadata';
import { Command, CommanderError } from 'commander';
import { accountCommand } from './account.command.js';
import { addressCommand } from './address.command.js';
import { billingCommand } from './billing.command.js';
import { databaseUrlCommand } from './database-url.command.js';
import { demoCommand } from './demo.command.js';
import { doctorCommand } from './doctor.command.js';
import { migrateCommand } from './migrate.command.js';
import { report } from './output.js';
import { provisionCommand } from './provision.command.js';
import { userCommand } from './user.command.js';

const program = new Command('bulkhead')
  .description('The operator’s command line. Exit codes: 0 done, 1 failed, 2 wrong usage.')
  .exitOverride()
  .addCommand(doctorCommand())
  .addCommand(provisionCommand())
  .addCommand(migrateCommand())
  .addCommand(accountCommand())
  .addCommand(userCommand())
  .addCommand(addressCommand())
  .addCommand(billingCommand())
  .addCommand(demoCommand())
  .addCommand(databaseUrlCommand());
for (const command of program.commands) for (const one of [command, ...command.commands]) one.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    report.error(error, process.argv.includes('--json'));
    process.exitCode = 1;
  }
}
