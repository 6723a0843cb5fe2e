import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { endpointOf } from '#libs/http';
import { FreshProof } from './fresh-proof.service.js';

/**
 * Asks for a fresh proof before the operations that declare one; after the access guard, which knows who asks.
 *
 * @guard
 */
@Injectable()
export class FreshProofGuard implements CanActivate {
  constructor(private readonly proof: FreshProof) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    if (endpointOf(execution.getHandler())?.freshFactor) await this.proof.requireWhereThereIsAFactor();
    return true;
  }
}
