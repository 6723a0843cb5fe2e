import { applyDecorators } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';

const descriptions = new Map<string, string>();

/**
 * Names the resource of a controller in the OpenAPI document: the tag of its operations and, with a method's name, their ids
 * (`documents.list`).
 *
 * @param name in camel case, plural where there are many; one controller has it.
 * @param description one or two sentences, for clients.
 */
export function Resource(name: string, description: string): ClassDecorator {
  if (descriptions.has(name))
    throw new Error(`Two controllers are @Resource('${name}', …). Give one of them another name.`);
  descriptions.set(name, description);
  return applyDecorators(ApiTags(name));
}

/** Returns the description of a resource. @throws {Error} where no controller has that name */
export function resourceDescription(name: string): string {
  const found = descriptions.get(name);
  if (!found) throw new Error(`No controller is @Resource('${name}', …).`);
  return found;
}
