import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { StreamAuthorizer } from '#libs/audit';
import { CommandAuthorizer } from '#libs/database';
import { AccessLookup } from './access-lookup.service.js';
import { AccessCommandAuthorizer } from './access-command-authorizer.service.js';
import { EndpointInventory } from './endpoint-inventory.service.js';
import { AccessStreamAuthorizer } from './access-stream-authorizer.service.js';

/** Authorization of requests, commands and streams. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    AccessLookup,
    EndpointInventory,
    { provide: CommandAuthorizer, useClass: AccessCommandAuthorizer },
    { provide: StreamAuthorizer, useClass: AccessStreamAuthorizer },
  ],
  exports: [AccessLookup, CommandAuthorizer, StreamAuthorizer],
})
export class AccessModule {}
