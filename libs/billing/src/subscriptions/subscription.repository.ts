import { Injectable } from '@nestjs/common';
import { ScopedRepository, UnitOfWork } from '#libs/database';
import { AgreedTermsEntity, BillingEventEntity, CheckoutEntity, SubscriptionEntity } from './subscription.entity.js';

/** The account's subscription: one row. */
@Injectable()
export class SubscriptionRepository extends ScopedRepository<SubscriptionEntity> {
  constructor(work: UnitOfWork) {
    super(SubscriptionEntity, 'account', work);
  }
}

/** What was agreed for the prices that the account has asked for. */
@Injectable()
export class AgreedTermsRepository extends ScopedRepository<AgreedTermsEntity> {
  constructor(work: UnitOfWork) {
    super(AgreedTermsEntity, 'account', work);
  }
}

/** Purchases that were begun. */
@Injectable()
export class CheckoutRepository extends ScopedRepository<CheckoutEntity> {
  constructor(work: UnitOfWork) {
    super(CheckoutEntity, 'account', work);
  }
}

/** What the provider reported, each event once. */
@Injectable()
export class BillingEventRepository extends ScopedRepository<BillingEventEntity> {
  constructor(work: UnitOfWork) {
    super(BillingEventEntity, 'account', work);
  }
}
