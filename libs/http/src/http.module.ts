import type { KeyObject } from 'node:crypto';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { CURSOR_KEY, Pages } from './pages.js';
import { ProblemFilter } from './problem.filter.js';
import { StrictValidationPipe } from './validation.pipe.js';
import { EtagInterceptor } from './version.decorator.js';

/** Problems, validation, cursors and ETags for every controller. */
@Global()
@Module({})
export class HttpModule {
  /** @param cursorKey signs cursors; any 32 bytes that all instances share. */
  static forRoot(cursorKey: KeyObject): DynamicModule {
    return {
      module: HttpModule,
      providers: [
        { provide: CURSOR_KEY, useValue: cursorKey },
        Pages,
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_INTERCEPTOR, useClass: EtagInterceptor },
        { provide: APP_PIPE, useClass: StrictValidationPipe },
      ],
      exports: [Pages],
    };
  }
}
