export { type BoundDuty, Duties } from './duties.service.js';
export { Duty, type DutyMethod, type DutyOptions } from './duty.decorator.js';
export { JobsModule } from './jobs.module.js';
