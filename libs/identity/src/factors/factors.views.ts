import { Choice, Json, Moment, Nested, Text, Texts, Uuid, Whole } from '#libs/http';
import { RaisedView } from '../sessions/sessions.views.js';

export class FactorView {
  @Uuid()
  id!: string;
  @Choice(['totp', 'passkey', 'email'])
  kind!: string;
  @Text({ max: 100 })
  name!: string;
  @Moment()
  created_at!: string;
  @Moment({
    nullable: true,
    description: 'Null while it was not used for the first time; it counts for nothing until then',
  })
  confirmed_at!: string | null;
  @Moment({ nullable: true })
  last_used_at!: string | null;
}

export class FactorsView {
  @Nested(() => FactorView, { list: true })
  items!: FactorView[];
  @Whole({ min: 0, max: 10 })
  recovery_codes_left!: number;
}

export class NewTotpView {
  @Uuid()
  factor_id!: string;
  @Text({ max: 100, description: 'Shown now and never again; for a generator that takes no image' })
  secret!: string;
  @Text({ max: 500, description: 'For the image that a generator takes' })
  otpauth_uri!: string;
}

export class FactorIdView {
  @Uuid()
  factor_id!: string;
}

export class ConfirmedView extends RaisedView {
  @Texts({ description: 'With the first factor: codes to recover with, shown now and never again' })
  recovery_codes!: string[];
}

export class RecoveryCodesView {
  @Texts({ description: 'Shown now and never again' })
  recovery_codes!: string[];
}

/** What a browser is to sign. */
export class ChallengeView {
  @Uuid()
  challenge_id!: string;
  @Json({ description: 'For navigator.credentials, as WebAuthn has it' })
  options!: object;
}
