import { Module } from '@nestjs/common';
import { DatabaseModule, provideRepository, Seeds } from '#libs/database';
import { NoteEntity } from './note.entity.js';
import { NotesController } from './notes.controller.js';
import { NotesReadModel } from './notes.read-model.js';
import { NOTE_SEEDS } from './notes.seeds.js';
import { Notes } from './notes.service.js';

/** Notes: short texts in a workspace. */
@Seeds(...NOTE_SEEDS)
@Module({
  imports: [DatabaseModule.forFeature([NoteEntity])],
  controllers: [NotesController],
  providers: [Notes, NotesReadModel, provideRepository(NoteEntity, 'workspace')],
  exports: [Notes, NotesReadModel],
})
export class NotesModule {}
