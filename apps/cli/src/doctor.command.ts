import { Command } from 'commander';
import { asOperator, bootCheck, catalogProblems } from '#libs/database';
import { withInstallation } from './installation.js';
import { report } from './output.js';

/** Looks at every database as the product would, and at its catalog as the owner. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Check roles, policies, migrations, versions and clocks of every database')
    .option('--json', 'print JSON')
    .action(async ({ json = false }: { json?: boolean }) => {
      const findings = await withInstallation(async ({ databases }) => {
        const { directory, cells } = databases.connections;
        return Promise.all(
          [directory, ...cells].map(async (target) => {
            const { problems, warnings } = await bootCheck(
              target,
              databases.connections.secret,
              databases.embedded !== undefined,
            );
            const catalog = target.ownerUrl
              ? await asOperator(target.ownerUrl, (client) => catalogProblems(client, target.kind))
              : [];
            return { database: target.name, problems: [...problems, ...catalog], warnings };
          }),
        );
      });
      const lines = findings.flatMap(({ database, problems, warnings }) => [
        `${database}: ${problems.length ? `${problems.length} problems` : 'well'}`,
        ...problems.map((problem) => `  problem  ${problem}`),
        ...warnings.map((warning) => `  warning  ${warning}`),
      ]);
      report.result(findings, lines, json);
      if (findings.some(({ problems }) => problems.length)) process.exitCode = 1;
    });
}
