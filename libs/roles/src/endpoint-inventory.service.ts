import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ConfigurationError } from '#libs/context';
import { endpointOf } from '#libs/http';
import { PERMISSIONS } from './roles.permissions.js';

/** Refuses to start an application with an endpoint that does not say who may call it. */
@Injectable()
export class EndpointInventory implements OnApplicationBootstrap {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onApplicationBootstrap(): void {
    const problems = this.discovery.getControllers().flatMap(({ metatype, instance }) => {
      const prototype = Object.getPrototypeOf(instance);
      return this.scanner
        .getAllMethodNames(prototype)
        .filter((method) => Reflect.hasMetadata(PATH_METADATA, prototype[method]))
        .flatMap((method) => problemsOf(prototype[method]).map((problem) => `${metatype?.name}.${method}: ${problem}`));
    });
    if (problems.length) throw new ConfigurationError(problems);
  }
}

function problemsOf(handler: object): string[] {
  const endpoint = endpointOf(handler);
  if (!endpoint) return ['declares no scope. Add @Endpoint({ scope, permission, … }).'];
  const { scope, permission, reason } = endpoint;
  if (scope === 'public' && !reason) return ['is public without a reason. Add @Endpoint({ reason }).'];
  if ((scope === 'account' || scope === 'workspace') && !permission)
    return ['declares no permission. Add @Endpoint({ permission }).'];
  if (permission && !(permission in PERMISSIONS))
    return [`needs the permission "${permission}", which libs/roles/src/roles.permissions.ts does not have.`];
  return [];
}
