import { Injectable } from '@nestjs/common';
import { StreamAuthorizer } from '#libs/audit';
import type { RequestContext } from '#libs/context';
import { AccessLookup } from './access-lookup.service.js';
import { assertAllowed } from './decide.js';

/** Decides again for a request that goes on, as the guard did when it began. */
@Injectable()
export class AccessStreamAuthorizer extends StreamAuthorizer {
  constructor(private readonly lookup: AccessLookup) {
    super();
  }

  async assertStill(context: RequestContext): Promise<void> {
    const { demand } = context;
    assertAllowed(demand ? await this.lookup.find(context, demand) : { kind: 'none' }, demand ?? {});
  }
}
