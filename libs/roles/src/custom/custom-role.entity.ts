import { TableRow } from '#libs/database';
import { Entity } from 'typeorm';

@Entity({ name: 'custom_roles' })
export class CustomRoleEntity extends TableRow('custom_roles') {}
