import { Injectable } from '@nestjs/common';
import { ContextStore } from '#libs/context';
import { assertFresh } from '#libs/access';
import { type RoleName } from '#libs/roles';
import { Factors } from './factors.service.js';

/** Asks whoever acts to prove again who they are, before something that a stolen session must not do. */
@Injectable()
export class FreshProof {
  constructor(
    private readonly contexts: ContextStore,
    private readonly factors: Factors,
  ) {}

  /**
   * Asks a person who has a second factor to have used it within ten minutes. A person who has none is let through, and so are jobs and
   * the operator.
   *
   * @throws {StepUpNeededError}
   */
  async requireWhereThereIsAFactor(): Promise<void> {
    const context = this.contexts.require('A proof');
    const { userId } = context;
    if (userId === null || (await this.factors.hasAny(userId))) assertFresh(context, 2);
  }

  /** As {@link requireWhereThereIsAFactor}, where one of these roles may do more than Member. An account's own role counts as one. */
  async requireToGive(roles: readonly (RoleName | undefined)[]): Promise<void> {
    if (roles.some((role) => role !== undefined && role !== 'member' && role !== 'viewer'))
      await this.requireWhereThereIsAFactor();
  }

  /** As {@link requireWhereThereIsAFactor}; whoever has no factor has given their password within ten minutes. */
  async require(): Promise<void> {
    await this.requireWhereThereIsAFactor();
    assertFresh(this.contexts.require('A proof'));
  }
}
