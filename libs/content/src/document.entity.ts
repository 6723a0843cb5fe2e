import { TableRow } from '#libs/database';
import { Entity } from 'typeorm';

@Entity({ name: 'documents' })
export class DocumentEntity extends TableRow('documents') {}
