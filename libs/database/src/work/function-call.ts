import type { Read } from '../gate/tenant-connection.js';

/** The statement that calls a function of the schema `app`; its tenant is the verified context's, never a parameter. */
export function functionCall(name: string, values: readonly unknown[]): Read {
  if (!/^[a-z_]+$/.test(name)) throw new Error(`${name} is no name of a function.`);
  return {
    text: `select * from app.${name}(${values.map((_, index) => `$${index + 1}`).join(', ')})`,
    values: [...values],
  };
}
