import { Global, Module } from '@nestjs/common';
import { ClsModule } from 'nestjs-cls';
import { ContextStore } from './context-store.service.js';

/** Provides {@link ContextStore} everywhere. */
@Global()
@Module({
  imports: [ClsModule.forRoot({ global: true })],
  providers: [ContextStore],
  exports: [ContextStore],
})
export class ContextModule {}
