import { Choice, Bool, DateTime, Text, StringArray, Uuid, Integer } from '#libs/http';
import { PERMISSIONS } from '#libs/roles';

export class AccountView {
  @Uuid()
  id!: string;
  @Text({ max: 100 })
  name!: string;
  @Text({ max: 30, example: 'eu-west-1' })
  data_region!: string;
  @Text({ max: 64, example: 'Europe/Dublin' })
  time_zone!: string;
  @Choice(['active', 'suspended'])
  status!: string;
  @Integer({ min: 5, max: 1_440, nullable: true, description: 'Null for the default of the installation' })
  session_idle_minutes!: number | null;
  @Integer({ min: 15, max: 43_200, nullable: true, description: 'Null for the default of the installation' })
  session_minutes!: number | null;
  @Bool({ description: 'Whether switching the account in one tab leaves it in every tab' })
  strict_switching!: boolean;
  @Choice(['required', 'optional'])
  second_factor!: string;
  @Choice(['allowed', 'none'])
  passwords!: string;
  @StringArray({ of: Object.keys(PERMISSIONS), description: 'Your permissions in the account' })
  permissions!: readonly string[];
  @Integer({ min: 1, max: 2_147_483_647 })
  version!: number;
  @DateTime()
  created_at!: string;
  @DateTime()
  updated_at!: string;
}
