import { type FactoryProvider, Inject, type Type } from '@nestjs/common';
import { type Scope, ScopedRepository } from './scoped.repository.js';
import { UnitOfWork } from './unit-of-work.service.js';

const tokens = new WeakMap<Type, symbol>();

/** Returns the token under which the repository of an entity is provided: for the `exports` of a module. */
export function repositoryOf(entity: Type): symbol {
  const token = tokens.get(entity) ?? Symbol(`repository of ${entity.name}`);
  tokens.set(entity, token);
  return token;
}

/**
 * Provides the repository of a tenant table; {@link InjectRepository} injects it.
 *
 * @param scope what separates the rows of the table: the account, or the account and the workspace.
 */
export function provideRepository(entity: Type<object>, scope: Scope): FactoryProvider<ScopedRepository<object>> {
  return {
    provide: repositoryOf(entity),
    inject: [UnitOfWork],
    useFactory: (work: UnitOfWork) => new ScopedRepository(entity, scope, work),
  };
}

/** Injects the repository of an entity, which a module provides with {@link provideRepository}. */
export function InjectRepository(entity: Type): ParameterDecorator {
  return Inject(repositoryOf(entity));
}
