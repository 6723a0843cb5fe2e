export { NotesModule } from './notes.module.js';
export { type NewNote, Notes } from './notes.service.js';
