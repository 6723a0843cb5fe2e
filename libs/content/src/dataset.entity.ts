import { TableRow } from '#libs/database';
import { Entity } from 'typeorm';

@Entity({ name: 'datasets' })
export class DatasetEntity extends TableRow('datasets') {}
