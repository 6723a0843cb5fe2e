import { Choice, Json, DateTime, Nested, Text, StringArray, Uuid, Integer } from '#libs/http';
import { RaisedView } from '../sessions/sessions.views.js';

export class FactorView {
  @Uuid()
  id!: string;
  @Choice(['totp', 'passkey', 'email'])
  kind!: string;
  @Text({ max: 100 })
  name!: string;
  @DateTime()
  created_at!: string;
  @DateTime({
    nullable: true,
    description: 'Null until its first use confirms it; an unconfirmed factor has no effect',
  })
  confirmed_at!: string | null;
  @DateTime({ nullable: true })
  last_used_at!: string | null;
}

export class FactorsView {
  @Nested(() => FactorView, { list: true })
  items!: FactorView[];
  @Integer({ min: 0, max: 10 })
  recovery_codes_left!: number;
}

export class NewTotpView {
  @Uuid()
  factor_id!: string;
  @Text({ max: 100, description: 'Secret for manual entry into an authenticator app; shown once' })
  secret!: string;
  @Text({ max: 500, description: 'otpauth URL, for a QR code' })
  otpauth_uri!: string;
}

export class FactorIdView {
  @Uuid()
  factor_id!: string;
}

export class ConfirmedView extends RaisedView {
  @StringArray({ description: 'Recovery codes, with the first factor; shown once' })
  recovery_codes!: string[];
}

export class RecoveryCodesView {
  @StringArray({ description: 'Shown once' })
  recovery_codes!: string[];
}

/** What a browser is to sign. */
export class ChallengeView {
  @Uuid()
  challenge_id!: string;
  @Json({ description: 'For navigator.credentials, as WebAuthn has it' })
  options!: object;
}
