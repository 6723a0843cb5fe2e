import { Injectable, type OnApplicationBootstrap, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { AUDIT_CATEGORIES } from '#libs/audit';
import { ConfigurationError } from '#libs/context';
import { endpointOf } from '#libs/http';
import { PERMISSIONS } from '#libs/roles';

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
  const { scope, permission, reason, records, idempotency } = endpoint;
  const method: RequestMethod = Reflect.getMetadata(METHOD_METADATA, handler);
  const reads = method === RequestMethod.GET;
  if (scope === 'public' && !reason) return ['is public without a reason. Add @Endpoint({ reason }).'];
  if ((scope === 'account' || scope === 'workspace') && !permission)
    return ['declares no permission. Add @Endpoint({ permission }).'];
  if (method === RequestMethod.POST && !permission && !idempotency)
    return ['does not say whether it takes an Idempotency-Key. Add @Endpoint({ idempotency }).'];
  if (permission && !(permission in PERMISSIONS))
    return [`needs the permission "${permission}", which libs/roles/src/roles.permissions.ts does not have.`];
  if (!records && !(reads && (scope === 'public' || scope === 'user')))
    return ['leaves no entry. Add @Endpoint({ records }) with an act: actsOn(…).'];
  if (records && !(AUDIT_CATEGORIES as readonly string[]).includes(records.category))
    return [
      `leaves an entry of "${records.category}", which is no category: libs/audit/src/entries/audit-entry.ts has them.`,
    ];
  return [];
}
