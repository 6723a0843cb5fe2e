/** Name of the provider of the product's name, as authenticator apps and passkeys show it: a text. */
export const PRODUCT_NAME = Symbol('product name');
