import { Controller, Get, Module, Post } from '@nestjs/common';
import { AuditTrail } from '#libs/audit';
import { newId } from '#libs/context';
import { Reader, UnitOfWork } from '#libs/database';
import { Endpoint, Json, Resource } from '#libs/http';

const READING = {
  scope: 'workspace',
  permission: 'documents.read',
  records: { category: 'content', action: 'storm.read' },
} as const;

class AnyView {
  @Json()
  value!: unknown;
}

/** Requests that go wrong in the database, on the product's own ways: a read and a command that fail, and one that takes too long. */
@Resource('storm', 'Operations of the storm.')
@Controller('v1/storm')
class StormController {
  constructor(
    private readonly reader: Reader,
    private readonly work: UnitOfWork,
    private readonly trail: AuditTrail,
  ) {}

  @Get('failing')
  @Endpoint({ summary: 'Divides by zero on the own rows', ...READING, returns: AnyView })
  async failing(): Promise<AnyView> {
    return {
      value: await this.reader.inWorkspace(
        'select title, 1 / (version - version) from documents where account_id = $1 and workspace_id = $2',
      ),
    };
  }

  @Post('failing')
  @Endpoint({ summary: 'Fails in the middle of a command', ...READING, returns: AnyView })
  async failingCommand(): Promise<AnyView> {
    await this.work.run(async () => {
      await this.trail.record({ category: 'content', action: 'storm.fail', resource: { type: 'storm', id: newId() } });
      await this.work.require().manager.query('select 1 / (select 0)');
    });
    return { value: null };
  }

  @Get('slow')
  @Endpoint({ summary: 'Takes longer than a statement may', ...READING, returns: AnyView })
  async slow(): Promise<AnyView> {
    return {
      value: await this.reader.inWorkspace(
        'select title, pg_sleep(60) from documents where account_id = $1 and workspace_id = $2',
      ),
    };
  }
}

/** Joined to the product while it is stormed. */
@Module({ controllers: [StormController] })
export class StormModule {}
