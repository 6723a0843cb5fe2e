/** A text as it stands in HTML, in content and in quoted attributes: texts of people are texts there too. */
export function escapedHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
