import { BulkheadError } from '#libs/context';

/** No cell of this installation holds accounts of the region. */
export class RegionUnknownError extends BulkheadError {
  readonly code = 'region_unknown';
  readonly status = 422;

  constructor(regions: readonly string[]) {
    super(`No cell of this installation holds accounts of this region. Choose one of ${regions.join(', ')}.`, {
      regions,
    });
  }
}

/** Owners and Admins have the whole account; a role for one workspace would say nothing. */
export class CannotNarrowError extends BulkheadError {
  readonly code = 'cannot_narrow';
  readonly status = 409;

  constructor() {
    super('Owners and Admins have every workspace. Give access to all with the role, or change the role first.');
  }
}
