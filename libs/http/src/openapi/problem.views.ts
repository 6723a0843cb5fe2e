import { Text } from '../fields.decorator.js';

/** What is wrong with one field of a request. */
export class FieldProblemView {
  @Text({
    max: 400,
    description: 'Name of the field; inside objects and lists with dots',
    example: 'workspaces.0.role',
  })
  field!: string;
  @Text({ max: 400, example: 'must be one of owner, admin' })
  problem!: string;
  @Text({
    max: 2000,
    optional: true,
    description: 'JSON Pointer into the body (RFC 6901); absent for what is not in the body',
    example: '#/workspaces/0/role',
  })
  pointer?: string;
}
