/** Makes the first workspace of a new account. Bound by `libs/workspaces`, which stands above. */
export abstract class FirstWorkspace {
  /** Makes a workspace in the account of the context; returns its id. */
  abstract create(input: { readonly name: string }): Promise<string>;
}
