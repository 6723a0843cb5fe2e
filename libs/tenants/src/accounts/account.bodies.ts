import { Choice, Flag, Text, Uuid, Whole } from '#libs/http';

export class AccountSettingsBody {
  @Text({ max: 100, optional: true })
  name?: string;
  @Text({
    max: 64,
    pattern: /^[A-Za-z0-9_+\-/]+$/,
    form: 'a time zone of the IANA database',
    optional: true,
    example: 'Europe/Dublin',
  })
  time_zone?: string;
  @Whole({
    min: 5,
    max: 1_440,
    nullable: true,
    optional: true,
    description: 'A session that is not used ends after so long',
  })
  session_idle_minutes?: number | null;
  @Whole({
    min: 15,
    max: 43_200,
    nullable: true,
    optional: true,
    description: 'A session ends after so long however much it is used',
  })
  session_minutes?: number | null;
  @Flag({ optional: true, description: 'Whoever switches leaves with every tab' })
  strict_switching?: boolean;
  @Choice(['required', 'optional'], { optional: true, description: 'Owners alone change it' })
  second_factor?: 'required' | 'optional';
  @Choice(['allowed', 'none'], {
    optional: true,
    description: 'None: whoever enters has signed in without one, and keeps none. Owners alone change it',
  })
  passwords?: 'allowed' | 'none';
}

export class TransferBody {
  @Uuid({ description: 'The member who becomes owner; you become admin' })
  member_id!: string;
}
