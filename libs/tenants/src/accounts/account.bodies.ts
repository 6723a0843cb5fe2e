import { Choice, Bool, Text, Uuid, Integer } from '#libs/http';

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
  @Integer({
    min: 5,
    max: 1_440,
    nullable: true,
    optional: true,
    description: 'Idle timeout of a session, in minutes',
  })
  session_idle_minutes?: number | null;
  @Integer({
    min: 15,
    max: 43_200,
    nullable: true,
    optional: true,
    description: 'Absolute lifetime of a session, in minutes',
  })
  session_minutes?: number | null;
  @Bool({ optional: true, description: 'Whether switching the account in one tab leaves it in every tab' })
  strict_switching?: boolean;
  @Choice(['required', 'optional'], { optional: true, description: 'Only owners change it' })
  second_factor?: 'required' | 'optional';
  @Choice(['allowed', 'none'], {
    optional: true,
    description: 'With none, members sign in without a password and cannot keep one. Only owners change it',
  })
  passwords?: 'allowed' | 'none';
}

export class TransferBody {
  @Uuid({ description: 'The member who becomes the owner. You become an admin' })
  member_id!: string;
}
