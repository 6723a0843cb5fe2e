import { Injectable } from '@nestjs/common';
import { StreamAuthorizer } from '#libs/audit';
import type { RequestContext } from '#libs/context';
import { AccessLookup } from './access-lookup.service.js';
import { assertAllowed } from './decide.js';

/** Decides on the demand of a streaming request again, as the guard did at its start. */
@Injectable()
export class AccessStreamAuthorizer extends StreamAuthorizer {
  constructor(private readonly lookup: AccessLookup) {
    super();
  }

  async assertStillAllowed(context: RequestContext): Promise<void> {
    const { demand } = context;
    assertAllowed(demand ? await this.lookup.find(context, demand) : { kind: 'none' }, demand ?? {});
  }
}
