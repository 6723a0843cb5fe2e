import { Injectable } from '@nestjs/common';
import { ContextStore } from '#libs/context';
import type { Cell } from './cell.js';
import { WrongCellError } from './cells.errors.js';

/** The cells of this installation, and the way from an account to its own. There is no fallback to another cell. */
@Injectable()
export class Cells {
  private readonly byName: ReadonlyMap<string, Cell>;

  constructor(
    cells: readonly Cell[],
    private readonly contexts: ContextStore,
  ) {
    this.byName = new Map(cells.map((cell) => [cell.name, cell]));
  }

  /** Every cell, in the order of configuration. */
  all(): readonly Cell[] {
    return [...this.byName.values()];
  }

  /**
   * The cell of that name.
   *
   * @throws {WrongCellError} where there is none.
   */
  named(name: string): Cell {
    const cell = this.byName.get(name);
    if (!cell) throw new WrongCellError();
    return cell;
  }

  /** The cell that holds the accounts of a region; undefined where none does. */
  ofRegion(region: string): Cell | undefined {
    return this.all().find((cell) => cell.region === region);
  }

  /** The cell of the current context's account. */
  current(): Cell {
    return this.named(this.contexts.requireAccount('A cell').cell);
  }
}
