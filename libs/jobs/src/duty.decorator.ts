/** What a duty declares about itself. */
export interface DutyOptions {
  /** Its name in the log, for example `mail`. */
  readonly name: string;
  /** Seconds to wait after a round in which there was nothing to do. Default 1. */
  readonly everySeconds?: number;
}

/** A method that does what is due and resolves to how many things that were; it stops early once the signal is aborted. */
export type DutyMethod = (signal?: AbortSignal) => Promise<number>;

const DUTY = 'bulkhead:duty';

/**
 * Declares a duty of the worker: a method of a provider that the worker calls again and again. The worker and the isolation
 * proof find duties by this decorator; a module that has one needs no further registration.
 */
export function Duty(options: DutyOptions) {
  return (_: object, __: string | symbol, descriptor: TypedPropertyDescriptor<DutyMethod>): void => {
    if (descriptor.value) Reflect.defineMetadata(DUTY, options, descriptor.value);
  };
}

/** What a method declared as a duty says about itself; undefined for any other. */
export function dutyOf(method: unknown): DutyOptions | undefined {
  return typeof method === 'function' ? Reflect.getMetadata(DUTY, method) : undefined;
}
