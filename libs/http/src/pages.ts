import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, type Type as Class } from '@nestjs/common';
import { ContextStore, isUuid } from '#libs/context';
import { Nested, Text, Integer } from './fields.decorator.js';
import { InvalidCursorError } from './http.errors.js';

/** Name of the provider of the key that signs cursors: a KeyObject. */
export const CURSOR_KEY = Symbol('cursor key');

/** `?limit=&cursor=` of every list: newest first, 50 a page, 200 at most. */
export class PageQuery {
  @Integer({ min: 1, max: 200, optional: true, description: 'Items per page. Default 50' })
  limit?: number;

  @Text({ max: 400, optional: true, description: 'next_cursor of the previous page' })
  cursor?: string;
}

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Give it as `cursor` to get the next page; null on the last. */
  readonly next_cursor: string | null;
}

const pages = new Map<Class, Class>();

/** The class of a page of something, for the OpenAPI document. */
export function PageOf(item: Class): Class {
  const known = pages.get(item);
  if (known) return known;
  class PageClass {
    @Nested(() => item, { list: true })
    items!: readonly unknown[];

    @Text({ max: 400, nullable: true, description: 'Pass it as cursor to get the next page; null on the last page' })
    next_cursor!: string | null;
  }
  Object.defineProperty(PageClass, 'name', { value: `${item.name.replace(/View$/, '')}Page` });
  pages.set(item, PageClass);
  return PageClass;
}

/** Where a list goes on. */
export interface PageStart {
  /** Rows to ask for: one more than the page holds, to see whether another follows. */
  readonly take: number;
  /** Id of the last item of the page before; null on the first. */
  readonly after: string | null;
}

/**
 * Signed cursors. One is good for the list, account and workspace it was given out in, and for nothing else; a foreign one
 * is refused like a damaged one.
 *
 * @guard
 */
@Injectable()
export class Pages {
  constructor(
    @Inject(CURSOR_KEY) private readonly key: KeyObject,
    private readonly contexts: ContextStore,
  ) {}

  /**
   * Where the page begins that a client asked for.
   *
   * @param list names the list, for example `documents:<dataset id>`.
   * @throws {InvalidCursorError} for a cursor of another list, account or workspace, or a damaged one.
   */
  start(list: string, { limit = 50, cursor }: PageQuery): PageStart {
    if (cursor === undefined) return { take: limit + 1, after: null };
    const bytes = Buffer.from(cursor, 'base64url');
    const after = bytes.subarray(0, 36).toString('latin1');
    const mac = bytes.subarray(36);
    const expected = this.sign(list, after);
    if (!isUuid(after) || mac.length !== expected.length || !timingSafeEqual(mac, expected))
      throw new InvalidCursorError();
    return { take: limit + 1, after };
  }

  /** Makes the page from the rows found, which are one more than fit where another page follows. */
  page<Item extends { readonly id: string }>(list: string, start: PageStart, rows: readonly Item[]): Page<Item> {
    const items = rows.slice(0, start.take - 1);
    const last = rows.length === start.take ? items.at(-1) : undefined;
    return {
      items,
      next_cursor: last
        ? Buffer.concat([Buffer.from(last.id, 'latin1'), this.sign(list, last.id)]).toString('base64url')
        : null,
    };
  }

  private sign(list: string, position: string): Buffer {
    const { account, workspaceId } = this.contexts.require('A cursor');
    return createHmac('sha256', this.key)
      .update(JSON.stringify([list, account?.id ?? null, workspaceId ?? null, position]))
      .digest()
      .subarray(0, 16);
  }
}
