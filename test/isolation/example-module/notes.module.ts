import { Module } from '@nestjs/common';
import { AuditModule } from '#libs/audit';
import { DatabaseModule, provideRepository } from '#libs/database';
import type { Seed } from '#libs/testing';
import { NoteEntity } from './note.entity.js';
import { NotesController } from './notes.controller.js';
import { Notes } from './notes.service.js';

/** The example of a module that is not Bulkhead's own, and how its isolation is proved: `../leaks.e2e-spec.ts`. */
@Module({
  imports: [AuditModule, DatabaseModule.forFeature([NoteEntity])],
  controllers: [NotesController],
  providers: [Notes, provideRepository(NoteEntity, 'workspace')],
  exports: [Notes],
})
export class NotesModule {}

/** The one line by which every workspace of a world gets a note. */
export const NOTE_SEED: Seed = {
  table: 'notes',
  sow: (app, row, canary) => app.get(Notes).create(row('datasets'), canary),
};
