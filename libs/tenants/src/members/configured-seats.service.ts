import { Inject, Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/database';
import { NoSeatLeftError } from '../tenants.errors.js';
import { MemberRepository } from './member.repository.js';
import { Seats } from './seats.port.js';

/** Name of the provider of how many members an account may have; undefined for as many as it likes. */
export const SEATS_PER_ACCOUNT = Symbol('seats per account');

/** As many seats for every account as the installation's configuration says. */
@Injectable()
export class ConfiguredSeats extends Seats {
  constructor(
    private readonly work: UnitOfWork,
    private readonly members: MemberRepository,
    @Inject(SEATS_PER_ACCOUNT) private readonly most: number | undefined,
  ) {
    super();
  }

  async assertFree(): Promise<void> {
    if (this.most === undefined) return;
    await this.work.require().lock('seats', 'alone');
    if ((await this.members.count({ status: 'active' })) >= this.most) throw new NoSeatLeftError(this.most);
  }
}
